import { EnvironmentError } from '../core/trouble.ts';
import { outcomeIn, tellsOutcome } from './reload-outcome.ts';
import type { Applied } from './stack.ts';

/** Longest wait for fluentd to say what it thinks of a changed configuration, ms: a look, a dry run, and its own patience of 30 s. */
const OUTCOME_WITHIN_MS = 45_000;

/**
 * Reads fluentd's log until it says what became of a changed configuration. `read` follows the log until its signal, `current` is the text that stands
 * for fluentd to look at. Throws where nothing is said, or where another text took its place before fluentd looked.
 */
export async function awaitOutcome(
  read: (onLine: (line: string) => void, signal: AbortSignal) => Promise<void>,
  conf: string,
  file: string,
  current: () => string,
  withinMs: number = OUTCOME_WITHIN_MS,
): Promise<Applied> {
  const found = new AbortController();
  const late = AbortSignal.timeout(withinMs);
  let outcome: Applied | undefined;
  let last = 'nothing';
  let overtaken = false;
  const hear = (line: string) => {
    last = line;
    outcome ??= outcomeIn(line, conf, file);
    overtaken ||= !outcome && tellsOutcome(line) && current() !== conf;
    if (outcome || overtaken) found.abort();
  };
  await read(hear, AbortSignal.any([found.signal, late]));
  if (outcome) return outcome;
  if (overtaken) throw new EnvironmentError(`${file} was changed again before fluentd had looked at it`);
  throw new EnvironmentError(
    `fluentd did not say within ${withinMs / 1000}s what it thinks of ${file}; its last line: ${last}\nlook at npm run logs -- fluentd`,
  );
}
