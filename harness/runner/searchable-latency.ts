import type { Latency } from '../core/facts.ts';
import { dueAt, type LedgerBook } from '../core/ledger-book.ts';
import { SeqSet } from '../core/seq-set.ts';
import type { Arrival } from '../core/target.ts';
import type { SearchablePoint } from '../core/watch.ts';
import { percentiles } from './latency.ts';

/**
 * Percentiles, in ms, of the time from a record's due time until a search finds it. Nobody tells that of a single record: the k-th that the domain took
 * is searchable when a search finds k documents. A refresh makes all that an index took searchable at once, so the order in which the domain took them
 * is theirs; where there are several shards the mean is right all the same and the extremes lie closer together, by a refresh interval at most.
 *
 * An upper bound: `curve` tells of a document at the first probe after it appeared, and when the probe's answer was there. Records that no
 * probe found are left out. Where more documents were found than records arrived, copies are documents and take their place in the order.
 * null when nothing is found.
 */
export function searchableLatency(
  book: LedgerBook,
  arrivals: readonly Arrival[],
  curve: readonly SearchablePoint[],
): Latency | null {
  return percentiles(latencies(book, arrivals, curve));
}

function* latencies(
  book: LedgerBook,
  arrivals: readonly Arrival[],
  curve: readonly SearchablePoint[],
): Generator<number> {
  const taken = arrivals
    .filter(({ stream, status }) => status >= 200 && status <= 299 && book.streams.has(stream))
    .sort((a, b) => a.at - b.at);
  const found = curve.reduce((most, { count }) => Math.max(most, count), 0);
  const copiesCount = found > recordsIn(taken);
  const seen = new Map<string, SeqSet>();
  let place = 0;
  let probe = 0;
  for (const { stream, from, to, at } of taken) {
    const account = book.streams.get(stream)!;
    const known = seen.get(stream) ?? new SeqSet();
    seen.set(stream, known);
    for (let seq = from; seq < to; seq++) {
      const isNew = known.add(seq);
      if (!isNew && !copiesCount) continue;
      place++;
      while (probe < curve.length && curve[probe]!.count < place) probe++;
      const point = curve[probe];
      if (!point) break;
      // A document can be found before the domain has said that it took it.
      if (isNew) yield Math.max(point.at, at) - dueAt(account, seq);
    }
  }
}

function recordsIn(arrivals: readonly Arrival[]): number {
  const seen = new Map<string, SeqSet>();
  let records = 0;
  for (const { stream, from, to } of arrivals) {
    const known = seen.get(stream) ?? new SeqSet();
    seen.set(stream, known);
    for (let seq = from; seq < to; seq++) if (known.add(seq)) records++;
  }
  return records;
}
