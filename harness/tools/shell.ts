import { $, ProcessOutput, quote } from 'zx';

/** A command that did not end well: shown as one could paste it, how it ended, and its last words. */
export class CommandError extends Error {
  readonly exitCode: number | null;
  readonly output: string;

  constructor(command: readonly string[], ending: string, exitCode: number | null, output: string) {
    const last = output.trimEnd().split('\n').slice(-20).join('\n');
    super(`${command.map(quote).join(' ')}\n${ending}${last ? `; its last words:\n${last}` : ' and said nothing'}`);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.output = output;
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

/** Runs `from | to` and waits for both. */
export async function pipe(
  from: readonly string[],
  to: readonly string[],
  withinMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const timeout = AbortSignal.timeout(withinMs);
  const stop = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    await $({ quiet: true, signal: stop })`${from}`.pipe($({ quiet: true, signal: stop })`${to}`);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof ProcessOutput)) throw error;
    const ending = timeout.aborted
      ? `did not end within ${withinMs / 1000}s`
      : `exited with ${error.exitCode ?? error.signal}`;
    throw new CommandError([...from, '|', ...to], ending, error.exitCode, error.stderr);
  }
}
