import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CommandError } from './shell.ts';

/** Runs a command without a shell and hands on each line of its stdout and stderr, whole; nothing is kept but its last words. Ends with the signal. */
export async function follow(
  [program, ...args]: readonly [string, ...string[]],
  onLine: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (signal?.aborted) return;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => void child.kill();
  signal?.addEventListener('abort', stop);
  // What follows does not outlive who reads it.
  process.once('exit', stop);
  const last: string[] = [];
  const read = [child.stdout, child.stderr].map(async (input) => {
    for await (const line of createInterface({ input })) {
      if (last.push(line) > 20) last.shift();
      if (!signal?.aborted) onLine(line);
    }
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    await Promise.all(read);
    if (code !== 0 && !signal?.aborted)
      throw new CommandError([program, ...args], `exited with ${code}`, code, last.join('\n'));
  } finally {
    signal?.removeEventListener('abort', stop);
    process.removeListener('exit', stop);
    stop();
  }
}
