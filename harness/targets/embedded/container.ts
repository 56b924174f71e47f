import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { until } from '../../core/condition.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { Child, type Ending } from '../../tools/child.ts';
import { CommandError, run } from '../../tools/shell.ts';
import { type RootOptions, rootScript } from './container-root.ts';
import type { Sandbox } from './sandbox.ts';

/** Signals that are sent to a container's first process. */
export type ContainerSignal = 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2';

export interface ContainerOptions {
  /** Of this life alone. */
  id: string;
  name: string;
  command: readonly string[];
  env: Record<string, string>;
  root: RootOptions;
  onLine: (line: string) => void;
}

/** unshare's own last word (util-linux up to 2.38) when SIGKILL ended its child: it tries to end likewise, cannot, and exits with 1. */
const KILLED = /^unshare: .*unblock failed: Invalid argument$/;

/** SIGUSR2, number 12, in a mask of signals: proc_pid_status(5). */
const USR2 = 1n << 11n;

/** One life of a container: a process tree with a root file system, a PID namespace and a first process of its own. */
export class Container {
  readonly id: string;
  readonly name: string;
  /** How its first process ended. */
  readonly ended: Promise<Ending>;
  readonly #sandbox: Sandbox;
  readonly #child: Child;
  readonly #env: Record<string, string>;
  readonly #first: number;
  readonly startedAt = new Date();

  private constructor(
    sandbox: Sandbox,
    { id, name }: Pick<ContainerOptions, 'id' | 'name'>,
    child: Child,
    ended: Promise<Ending>,
    env: Record<string, string>,
    first: number,
  ) {
    this.#sandbox = sandbox;
    this.id = id;
    this.name = name;
    this.#child = child;
    this.ended = ended;
    this.#env = env;
    this.#first = first;
  }

  /** Resolves once its command runs (it may have ended already). */
  static async start(sandbox: Sandbox, { id, name, command, env, root, onLine }: ContainerOptions): Promise<Container> {
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
    if (told.trim() === 'started') return new Container(sandbox, { id, name }, child, ended, env, pid ?? child.pid);
    const { code, signal } = await child.ended;
    throw new EnvironmentError(
      `container ${name} could not be set up (${signal ?? `exit code ${code}`}): see its last lines, and npm run doctor`,
    );
  }

  get running(): boolean {
    return this.#child.running;
  }

  /** Sends a signal: SIGSTOP and SIGCONT to all its processes, any other to the first. Nothing happens to those that are gone. */
  signal(signal: ContainerSignal): void {
    if (!this.running) return;
    const all = signal === 'SIGSTOP' || signal === 'SIGCONT';
    for (const pid of all ? sameNamespace(this.#first) : [this.#first]) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
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

  /** Whether the first process has a handler of its own for SIGUSR2: until it has, the signal is lost on it. */
  get catchesUsr2(): boolean {
    try {
      const caught = readFileSync(`/proc/${this.#first}/status`, 'utf8').match(/^SigCgt:\s*([0-9a-f]+)$/m)?.[1] ?? '0';
      return (BigInt(`0x${caught}`) & USR2) !== 0n;
    } catch {
      return false;
    }
  }

  /** Runs a command inside and returns its stdout; rejects with what it said where it does not end with 0. */
  async exec(command: readonly string[], withinMs: number): Promise<string> {
    const env = Object.entries(this.#env).map(([name, value]) => `${name}=${value}`);
    try {
      return await run([...this.#enter(), 'env', '-i', ...env, ...command], { withinMs });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new Error(
        error.exitCode === null
          ? `did not end within ${withinMs / 1000}s`
          : `exit code ${error.exitCode}: ${error.output.trim()}`,
      );
    }
  }

  /**
   * By way of the pod, whose root may enter what is below it: whoever entered the user namespace of a container with a user of its own first could enter
   * nothing else, unless he is root of this machine.
   */
  #enter(): readonly string[] {
    const user = this.#sandbox.isUserOf(this.#first) ? [] : ['--user'];
    const namespaces = [...user, '--mount', '--pid', '--preserve-credentials'];
    return [...this.#sandbox.enterAsRoot, 'nsenter', '--target', String(this.#first), ...namespaces, '--'];
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

/** All processes of a process's PID namespace. */
function sameNamespace(pid: number): number[] {
  const namespaceOf = (one: number | string) => {
    try {
      return readlinkSync(`/proc/${one}/ns/pid`);
    } catch {
      return undefined;
    }
  };
  const wanted = namespaceOf(pid);
  if (wanted === undefined) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && namespaceOf(name) === wanted)
    .map(Number);
}
