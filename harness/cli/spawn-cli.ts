import { spawn } from 'node:child_process';
import { ROOT } from './root.ts';

/** How a command of the project ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface SpawnOptions {
  /** Variables besides those of this process. */
  env?: Record<string, string>;
  /** What `interruptWhen` sends; SIGINT unless told. */
  by?: NodeJS.Signals;
  /** Sends SIGINT, or `by`, once this says so; it is asked at each output and every 50 ms, with all that was said so far; where it fails the command is ended, and the failure stands. Its last look is waited for. */
  interruptWhen?: (said: string, pid: number) => boolean | Promise<boolean>;
}

/** Runs one of harness/cli's commands as a user would, in a process of its own: for tests. */
export function spawnCli(name: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`harness/cli/${name}.ts`, ...args], {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text;
      });
    }
    const { interruptWhen, by = 'SIGINT' } = options;
    const look = async () => {
      try {
        if (!(await interruptWhen?.(said.stdout + said.stderr, child.pid!))) return;
        clearInterval(timer);
        child.kill(by);
      } catch (error) {
        clearInterval(timer);
        child.kill('SIGINT');
        reject(error);
      }
    };
    let looking: Promise<void> | undefined;
    const timer = setInterval(() => {
      looking ??= look().finally(() => {
        looking = undefined;
      });
    }, 50);
    child.once('error', reject).once('close', async (code) => {
      clearInterval(timer);
      await looking;
      resolve({ code, ...said });
    });
  });
}
