import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** How a process ended; one of the two is set. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  /** The whole environment of it: nothing is inherited. */
  env: Record<string, string>;
  /** Each line of stdout and of stderr. */
  onLine: (line: string) => void;
  /** A channel for messages and handles, as fd 3 (`NODE_CHANNEL_FD`); otherwise fd 3 is a pipe that is read for `told`. */
  ipc?: boolean;
}

/** A process that runs beside us and does not outlive us: the kernel kills it when we die, however we die. */
export class Child {
  readonly process: ChildProcess;
  /** Resolved once it ended and all that it said was read. Rejected where it could not be started. */
  readonly ended: Promise<Ending>;
  /** What it writes to fd 3 first; '' where it ends without. */
  readonly told: Promise<string>;

  constructor(command: readonly string[], { env, onLine, ipc = false }: ChildOptions) {
    this.process = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', ipc ? 'ipc' : 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      createInterface({ input: stream! }).on('line', onLine);
    this.ended = once(this.process, 'close').then(([code, signal]) => ({ code, signal }));
    this.ended.catch(() => {});
    this.told = ipc ? Promise.resolve('') : firstOf(this.process.stdio[3] as Readable);
  }

  get pid(): number {
    return this.process.pid!;
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }
}

/** What is written first; '' where it is closed before. The reading goes on, so that nobody has to wait to write. */
function firstOf(stream: Readable): Promise<string> {
  return new Promise((resolve) => {
    stream
      .setEncoding('utf8')
      .on('data', resolve)
      .once('close', () => resolve(''));
  });
}
