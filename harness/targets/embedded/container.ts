import { readFileSync } from 'node:fs';
import { until } from '../../core/condition.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { Child, type Ending } from '../../tools/child.ts';
import { CommandError, run } from '../../tools/shell.ts';
import { type RootOptions, rootScript } from './container-root.ts';
import type { Sandbox } from './sandbox.ts';

/** Signals that are sent to a container's first process. */
export type ContainerSignal = 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2';

export interface ContainerOptions {
  name: string;
  command: readonly string[];
  env: Record<string, string>;
  root: RootOptions;
  onLine: (line: string) => void;
}

/** unshare's own last word (util-linux up to 2.38) when SIGKILL ended its child: it tries to end likewise, cannot, and exits with 1. */
const KILLED = /^unshare: .*unblock failed: Invalid argument$/;

/** One life of a container: a process tree with a root file system, a PID namespace and a first process of its own. */
export class Container {
  readonly name: string;
  /** How its first process ended. */
  readonly ended: Promise<Ending>;
  readonly #child: Child;
  readonly #env: Record<string, string>;
  readonly #first: number;
  readonly startedAt = new Date();

  private constructor(name: string, child: Child, ended: Promise<Ending>, env: Record<string, string>, first: number) {
    this.name = name;
    this.#child = child;
    this.ended = ended;
    this.#env = env;
    this.#first = first;
  }

  /** Resolves once its command runs (it may have ended already). */
  static async start(sandbox: Sandbox, { name, command, env, root, onLine }: ContainerOptions): Promise<Container> {
    let killed = false;
    const child = new Child(
      [
        ...sandbox.enter,
        'unshare',
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        'sh',
        '-c',
        rootScript(root),
        'sh',
        ...command,
      ],
      {
        env,
        onLine: (line) => {
          if (KILLED.test(line)) killed = true;
          else onLine(line);
        },
      },
    );
    const ended = child.ended.then((ending): Ending => (killed ? { code: null, signal: 'SIGKILL' } : ending));
    const first = firstOf(child);
    const [told, pid] = await Promise.all([child.told, first]);
    if (told.trim() === 'started') return new Container(name, child, ended, env, pid ?? child.pid);
    const { code, signal } = await child.ended;
    throw new EnvironmentError(
      `container ${name} could not be set up (${signal ?? `exit code ${code}`}): see its last lines, and npm run doctor`,
    );
  }

  get running(): boolean {
    return this.#child.running;
  }

  /** Sends a signal to the first process; nothing happens when it is gone. */
  signal(signal: ContainerSignal): void {
    if (!this.running) return;
    try {
      process.kill(this.#first, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** State of the first process as the kernel words it: R, S, D, T (stopped), Z; undefined when it is gone. */
  get state(): string | undefined {
    try {
      return readFileSync(`/proc/${this.#first}/stat`, 'utf8').match(/\) (\w)/)?.[1];
    } catch {
      return undefined;
    }
  }

  /** Runs a command inside and returns its stdout; rejects with what it said where it does not end with 0. */
  async exec(command: readonly string[], withinMs: number): Promise<string> {
    const enter = [
      'nsenter',
      '--target',
      String(this.#first),
      '--user',
      '--mount',
      '--pid',
      '--net',
      '--uts',
      '--ipc',
      '--preserve-credentials',
      '--',
    ];
    const env = Object.entries(this.#env).map(([name, value]) => `${name}=${value}`);
    try {
      return await run([...enter, 'env', '-i', ...env, ...command], { withinMs });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new Error(
        error.exitCode === null
          ? `did not end within ${withinMs / 1000}s`
          : `exit code ${error.exitCode}: ${error.output.trim()}`,
      );
    }
  }
}

/** The first process of the PID namespace, as this machine numbers it: the only child of `unshare`. */
function firstOf(child: Child): Promise<number | undefined> {
  return until(
    {
      name: 'the first process of a container',
      look: () => {
        if (!child.running) return { met: true, value: undefined };
        const children = childrenOf(child.pid);
        return children.length > 0 ? { met: true, value: children[0] } : { met: false, saw: 'none' };
      },
    },
    { withinMs: 10_000, everyMs: 5 },
  );
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
