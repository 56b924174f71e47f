import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { $, ProcessOutput, quote } from 'zx';

/** A command that did not end well: shown as one could paste it, how it ended, and its last words. */
export class CommandError extends Error {
  readonly exitCode: number | null;
  readonly output: string;

  constructor(command: readonly string[], ending: string, exitCode: number | null, output: string) {
    const last = output.trimEnd().split('\n').slice(-20).join('\n');
    super(
      `${command.map((word) => (word === '|' ? word : quote(word))).join(' ')}\n${ending}${last ? `; its last words:\n${last}` : ' and said nothing'}`,
    );
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.output = output;
  }

  /** What it said last, which is the reason as a rule; `''` where it said nothing. */
  get lastLine(): string {
    return this.output.trim().split('\n').at(-1) ?? '';
  }
}

export interface RunOptions {
  /** Longest run, ms; 60,000 unless told. */
  withinMs?: number;
  /** Fed to the command's stdin. */
  input?: string | Buffer;
  signal?: AbortSignal;
  /** Each line that the command says, as it says it. */
  onLine?: (line: string) => void;
}

/** Runs a command without a shell and returns its stdout; throws {@link CommandError}. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { withinMs = 60_000, input, signal, onLine } = options;
  const timeout = AbortSignal.timeout(withinMs);
  const child = $({
    quiet: true,
    input: input ?? '',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    nothrow: false,
  })`${command}`;
  if (onLine) {
    const feed = (data: Buffer) => data.toString().split('\n').filter(Boolean).forEach(onLine);
    child.stdout.on('data', feed);
    child.stderr.on('data', feed);
  }
  try {
    return (await child).stdout;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof ProcessOutput)) throw error;
    const ending = timeout.aborted
      ? `did not end within ${withinMs / 1000}s`
      : `exited with ${error.exitCode ?? error.signal}`;
    throw new CommandError(command, ending, error.exitCode, error.stdout + error.stderr);
  }
}

/** Runs `from | to` and waits for both; what flows between them is not kept. Throws {@link CommandError} with the words of both. */
export async function pipe(
  from: readonly string[],
  to: readonly string[],
  withinMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const timeout = AbortSignal.timeout(withinMs);
  const stop = signal ? AbortSignal.any([signal, timeout]) : timeout;
  // Not by zx, which keeps all that a command says: images are large.
  const [first, second] = [from, to].map(([command, ...args]) => {
    const child = spawn(command!, args, { stdio: 'pipe', signal: stop });
    const words: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => words.push(chunk));
    child.stdout.on('error', () => {});
    const ended = once(child, 'close').then(
      ([code, by]) => ({ code, by }),
      (error: Error) => ({ code: null, by: error.message }),
    );
    return { child, words, ended };
  }) as [Piped, Piped];
  first.child.stdin.end();
  second.child.stdout.resume();
  // Where one of them ends early its own exit code tells why.
  await pipeline(first.child.stdout, second.child.stdin).catch(() => first.child.kill());
  const [source, target] = await Promise.all([first.ended, second.ended]);
  signal?.throwIfAborted();
  const failed = target.code !== 0 ? target : source;
  if (failed.code === 0) return;
  const ending = timeout.aborted ? `did not end within ${withinMs / 1000}s` : `exited with ${failed.code ?? failed.by}`;
  const words = Buffer.concat([...first.words, ...second.words]).toString();
  throw new CommandError([...from, '|', ...to], ending, failed.code, words);
}

interface Piped {
  child: ChildProcessWithoutNullStreams;
  words: Buffer[];
  ended: Promise<{ code: number | null; by: string | null }>;
}
