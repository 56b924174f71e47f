import { createHistogram } from 'node:perf_hooks';
import type { Latency } from '../core/facts.ts';
import { dueAt, type LedgerBook } from '../core/ledger-book.ts';
import { SeqSet } from '../core/seq-set.ts';
import type { Arrival } from '../core/target.ts';

/** Percentiles, in ms, of the time from a record's due time to the domain's first answer that took it (2xx). null when there is none. */
export function latencyOf(book: LedgerBook, arrivals: readonly Arrival[]): Latency | null {
  return percentiles(latencies(book, arrivals));
}

/** In ms, each 1 at the least; null of none. */
export function percentiles(latencies: Iterable<number>): Latency | null {
  const histogram = createHistogram({ lowest: 1, highest: 86_400_000, figures: 3 });
  for (const latency of latencies) if (!Number.isNaN(latency)) histogram.record(Math.max(1, Math.round(latency)));
  if (histogram.count === 0) return null;
  const percentile = (share: number) => histogram.percentile(share);
  return { p50: percentile(50), p90: percentile(90), p99: percentile(99), max: histogram.max };
}

function* latencies(book: LedgerBook, arrivals: readonly Arrival[]): Generator<number> {
  const counted = new Map<string, SeqSet>();
  for (const { stream, from, to, at, status } of [...arrivals].sort((a, b) => a.at - b.at)) {
    const account = book.streams.get(stream);
    if (!account || status < 200 || status > 299) continue;
    const seen = counted.get(stream) ?? new SeqSet();
    counted.set(stream, seen);
    for (let seq = from; seq < to; seq++) if (seen.add(seq)) yield at - dueAt(account, seq);
  }
}
