import type { Latency } from '../core/facts.ts';
import { dueAt, type LedgerBook } from '../core/ledger-book.ts';
import type { RecordRange } from '../core/reconciliation.ts';
import type { SearchablePoint } from '../core/watch.ts';
import { percentiles } from './latency.ts';

/**
 * As searchableLatency, where no edge tells in which order the domain took the records: they are taken to become searchable in the order in which they were due,
 * those apart that are `missing`. The mean is right whatever the order was; of several pods, whose flushes fall at different times, the extremes lie closer
 * together by a flush interval at most. null when nothing is found, or more than there are records: copies are among it, and nobody tells where.
 */
export function searchableByDue(
  book: LedgerBook,
  missing: readonly RecordRange[],
  curve: readonly SearchablePoint[],
): Latency | null {
  const due = duesOf(book, missing);
  if (curve.some(({ count }) => count > due.length)) return null;
  function* latencies() {
    let place = 0;
    for (const { at, count } of curve) for (; place < count; place++) yield at - due[place]!;
  }
  return percentiles(latencies());
}

/** When each accepted record was due that is not missing, ms since the epoch, ascending. */
function duesOf({ streams }: LedgerBook, missing: readonly RecordRange[]): Float64Array {
  const lost = Map.groupBy(missing, ({ stream }) => stream);
  const dues: number[][] = [];
  for (const account of streams.values()) {
    const gaps = lost.get(account.stream) ?? [];
    const own: number[] = [];
    for (let seq = 0; seq < account.accepted; seq++) {
      const at = gaps.some(({ from, to }) => seq >= from && seq < to) ? Number.NaN : dueAt(account, seq);
      if (!Number.isNaN(at)) own.push(at);
    }
    dues.push(own);
  }
  return Float64Array.from(dues.flat()).sort();
}
