import type { RecordRange } from './reconciliation.ts';
import { SeqSet } from './seq-set.ts';

/** The same records, each once, in the longest ranges, by stream and seq. */
export function distinct(ranges: readonly RecordRange[]): RecordRange[] {
  const streams = new Map<string, SeqSet>();
  for (const { stream, from, to } of ranges) {
    const seqs = streams.get(stream) ?? new SeqSet();
    streams.set(stream, seqs);
    for (let seq = from; seq < to; seq++) seqs.add(seq);
  }
  return [...streams]
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([stream, seqs]) => seqs.ranges(true, 0, seqs.end).map(({ from, to }) => ({ stream, from, to })));
}

/** How many records there are in ranges that don't overlap. */
export function countOf(ranges: readonly RecordRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}
