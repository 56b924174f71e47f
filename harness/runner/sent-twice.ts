import { SeqSet } from '../core/seq-set.ts';
import type { Arrival } from '../core/target.ts';

/**
 * How many records the domain was sent again after it had taken them (2xx, or 409: is there). A 409 tells of a time before, also where nobody remembers
 * that. A retry of what was refused is none.
 */
export function sentTwiceOf(arrivals: readonly Arrival[]): number {
  const taken = new Map<string, SeqSet>();
  let again = 0;
  for (const { stream, from, to, status } of arrivals) {
    if (status > 299 && status !== 409) continue;
    const seen = taken.get(stream) ?? new SeqSet();
    taken.set(stream, seen);
    for (let seq = from; seq < to; seq++) if (!seen.add(seq) || status === 409) again++;
  }
  return again;
}
