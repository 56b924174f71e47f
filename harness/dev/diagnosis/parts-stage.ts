import type { DevPart, PartState } from '../stack.ts';
import { broken, type Finding, well } from './finding.ts';

/** Parts without which no record comes through; what has the application to say is told by its file. */
const NEEDED: readonly DevPart[] = ['engine', 'edge', 'fluentd'];

export interface PartsEvidence {
  parts: readonly PartState[];
  /** The last lines of the log of a part that is needed and does not run, and how to read more of it. */
  words: { part: DevPart; lines: readonly string[]; byHand: string } | undefined;
}

/** The part that is needed first and does not run. */
export function missingPart(parts: readonly PartState[]): PartState | undefined {
  return NEEDED.map((part) => parts.find((one) => one.part === part)).find((one) => one && one.state !== 'running');
}

/** Whether all that a record needs runs. */
export function judgeParts({ parts, words }: PartsEvidence): Finding {
  const missing = missingPart(parts);
  if (!missing) return well('parts', `${NEEDED.join(', ')} run`);
  const { part, state, saw } = missing;
  const starting = state === 'starting';
  return broken('parts', {
    problem: 'part not running',
    saw: `${part} ${starting ? 'is not up yet' : 'does not run'}: ${saw}`,
    evidence: (words?.lines ?? []).map((line) => `${part}: ${line}`),
    mend: `${words ? `${words.byHand} tells why; ` : ''}${starting ? 'ask again once it is up' : 'then start it again: docker compose up --detach, or kubectl rollout restart'}`,
  });
}
