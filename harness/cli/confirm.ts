import { createInterface } from 'node:readline/promises';
import { UsageError } from '../core/trouble.ts';

export interface ConfirmOptions {
  input?: NodeJS.ReadableStream & { isTTY?: boolean };
  output?: NodeJS.WritableStream;
  signal: AbortSignal;
}

/** Asks a question that only yes answers. Throws {@link UsageError} where nobody could answer it. */
export async function confirm(
  question: string,
  { input = process.stdin, output = process.stderr, signal }: ConfirmOptions,
): Promise<boolean> {
  if (!input.isTTY) throw new UsageError(`${question}\nnobody is here to answer: say --yes to go on without asking`);
  const lines = createInterface({ input, output });
  const { promise: left, resolve: leave } = Promise.withResolvers<string>();
  // Ctrl-D: readline would wait for ever.
  lines.on('close', () => leave(''));
  // A terminal hands Ctrl-C to whoever reads it, and to nobody else.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal }), left]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}
