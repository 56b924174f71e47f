import { EnvironmentError } from '../core/trouble.ts';
import { outcomeIn } from './reload-outcome.ts';
import type { Applied } from './stack.ts';

/** Longest wait for fluentd to say what it thinks of a changed configuration, ms: a look every 2 s, a dry run, and its own patience of 30 s. */
const OUTCOME_WITHIN_MS = 45_000;

/** Reads fluentd's log until it says what became of a changed configuration. `read` follows the log until its signal. Throws where it says nothing. */
export async function awaitOutcome(
  read: (onLine: (line: string) => void, signal: AbortSignal) => Promise<void>,
  conf: string,
  file: string,
  withinMs: number = OUTCOME_WITHIN_MS,
): Promise<Applied> {
  const found = new AbortController();
  const late = AbortSignal.timeout(withinMs);
  let outcome: Applied | undefined;
  let last = 'nothing';
  const hear = (line: string) => {
    last = line;
    outcome ??= outcomeIn(line, conf, file);
    if (outcome) found.abort();
  };
  await read(hear, AbortSignal.any([found.signal, late]));
  if (outcome) return outcome;
  throw new EnvironmentError(
    `fluentd did not say within ${withinMs / 1000}s what it thinks of ${file}; its last line: ${last}\nlook at npm run logs -- fluentd`,
  );
}
