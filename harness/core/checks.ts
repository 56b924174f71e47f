import { type DurationLiteral, formatDuration, parseDuration } from './duration.ts';
import { fargateLint, findingText } from './fargate-lint/lint.ts';
import { countOf, distinct } from './ranges.ts';
import type { RecordRange } from './reconciliation.ts';
import type { Check } from './scenario.ts';
import { SeqSet } from './seq-set.ts';
import { listRanges, number } from './verdict.ts';

/** No record was taken by the domain later than this after it was due. */
export function noneLaterThan(limit: DurationLiteral): Check {
  return ({ latencyMs }) => {
    if (latencyMs && latencyMs.max <= parseDuration(limit)) return [];
    const saw = latencyMs ? `the latest was taken ${formatDuration(latencyMs.max)} after it was due` : 'none was taken';
    return [`late: expected every record to be taken within ${limit}, and ${saw}`];
  };
}

/** The domain stored no record that it had taken before: nothing was sent again for want of patience. */
export const sentOnce: Check = ({ arrivals }) => {
  const taken = new Map<string, SeqSet>();
  const again: RecordRange[] = [];
  for (const { stream, from, to, status } of arrivals) {
    if (status !== 409 && (status < 200 || status > 299)) continue;
    const seqs = taken.get(stream) ?? new SeqSet();
    taken.set(stream, seqs);
    for (let seq = from; seq < to; seq++) if (!seqs.add(seq)) again.push({ stream, from: seq, to: seq + 1 });
  }
  const ranges = distinct(again);
  const count = number(countOf(ranges));
  return ranges.length === 0
    ? []
    : [`sent again: ${count} records that the domain had taken already: ${listRanges(ranges)}`];
};

/** Exactly these seqs of every stream are missing in the domain, and exactly they lie in the dead-letter file. */
export function asideAreExactly(from: number, to: number): Check {
  return ({ book, reconciliation, deadLetters }) => {
    const expected = listed([...book.streams.keys()].map((stream) => ({ stream, from, to })));
    const said = (what: string, ranges: readonly RecordRange[]) =>
      listed(ranges) === expected ? [] : [`${what}: expected ${expected}; found ${listed(ranges)}`];
    return [...said('dead letters', deadLetters), ...said('not in the domain', reconciliation.missingRanges)];
  };
}

/** What is missing in the domain lies in the dead-letter file, just that and not all of it: the rest went on. */
export const asideAndTheRestDelivered: Check = ({ reconciliation, deadLetters }) => {
  const [missing, aside] = [listed(reconciliation.missingRanges), listed(deadLetters)];
  const reasons = missing === aside ? [] : [`dead letters: expected what is missing, ${missing}; found ${aside}`];
  return reconciliation.delivered > 0
    ? reasons
    : [...reasons, 'the rest: expected records to be delivered, found none'];
};

/** Fargate would admit every object that was applied, and the pods that come of them. */
export const admittedByFargate: Check = ({ manifests }) => {
  if (manifests.length === 0) return ['not admitted: nothing is known of what was applied'];
  return fargateLint(manifests).map((finding) => `not admitted: ${findingText(finding)}`);
};

/** fluentd's log says it in these words. */
export function says(words: RegExp): Check {
  return ({ fluentdLog }) =>
    fluentdLog.some((line) => words.test(line))
      ? []
      : [`fluentd's log has no line with ${words}; its last: ${fluentdLog.at(-1) ?? 'none'}`];
}

function listed(ranges: readonly RecordRange[]): string {
  return listRanges(distinct(ranges), 50) || 'none';
}
