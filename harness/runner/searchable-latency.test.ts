import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LedgerBook } from '../core/ledger-book.ts';
import type { Arrival } from '../core/target.ts';
import { latencyOf } from './latency.ts';
import { searchableLatency } from './searchable-latency.ts';

const T0 = 1_700_000_000_000;

/** One stream with a record due every millisecond from T0 on. */
function bookOf(count: number, stream = 's'): LedgerBook {
  const book = new LedgerBook();
  book.add({ ledger: 'stream', run: 'r', stream, file: '/f', format: 'json', payloadLength: 9, at: T0 });
  book.add({ ledger: 'pace', stream, from: 0, at: T0, perSecond: 1000 });
  book.add({ ledger: 'intended', stream, to: count });
  book.add({ ledger: 'accepted', stream, to: count, at: T0 + count });
  return book;
}

const arrival = (from: number, to: number, afterMs: number, status = 201): Arrival => ({
  ...{ run: 'r', stream: 's', from, to, status },
  at: T0 + afterMs,
});
const curve = (...points: [number, number][]) => points.map(([afterMs, count]) => ({ at: T0 + afterMs, count }));

describe('time to searchable', () => {
  test('the k-th record that the domain took counts until k documents are found', () => {
    const latency = searchableLatency(
      bookOf(30),
      [arrival(0, 10, 100), arrival(20, 30, 300), arrival(10, 20, 600)],
      curve([250, 10], [500, 20], [750, 20], [1000, 30]),
    );
    // 241…250 ms, then 471…480 for the records that overtook, 981…990 for the rest.
    expect(latency).toEqual({ p50: 475, p90: 987, p99: 990, max: 990 });
  });

  test('refusals and copies that an id took away are no documents', () => {
    const arrivals = [arrival(0, 10, 50, 429), arrival(0, 10, 100), arrival(0, 10, 150), arrival(10, 20, 200)];
    expect(searchableLatency(bookOf(20), arrivals, curve([250, 10], [500, 20]))!.max).toBe(490);
  });

  test('copies that are documents take their place', () => {
    const arrivals = [arrival(0, 10, 100), arrival(0, 10, 150), arrival(10, 20, 200)];
    expect(searchableLatency(bookOf(20), arrivals, curve([250, 20], [500, 30]))!.p99).toBe(490);
  });

  test('what no probe found is left out; nothing found is null', () => {
    expect(searchableLatency(bookOf(20), [arrival(0, 20, 100)], curve([250, 10]))!.max).toBe(250);
    expect(searchableLatency(bookOf(20), [arrival(0, 20, 100)], curve([250, 0]))).toBeNull();
    expect(searchableLatency(bookOf(20), [{ ...arrival(0, 20, 100), stream: 'other' }], curve([250, 20]))).toBeNull();
  });

  test('never below the time until the domain took it, nor above the truth by more than a probe', () => {
    const bulks = fc.array(fc.record({ size: fc.integer({ min: 1, max: 40 }), takenAfterMs: fc.nat(500) }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        bulks,
        fc.integer({ min: 50, max: 2000 }),
        fc.integer({ min: 10, max: 500 }),
        (all, refreshMs, probeMs) => {
          let at = 0;
          let seq = 0;
          const arrivals = all.map(({ size, takenAfterMs }) => {
            at += takenAfterMs + 40;
            seq += size;
            return arrival(seq - size, seq, at);
          });
          const visibleAt = (takenAt: number) => Math.ceil(takenAt / refreshMs) * refreshMs;
          const points: [number, number][] = [];
          for (let ms = probeMs; ms <= at + refreshMs + probeMs; ms += probeMs)
            points.push([
              ms,
              arrivals.filter((one) => visibleAt(one.at - T0) <= ms).reduce((sum, { from, to }) => sum + to - from, 0),
            ]);
          const book = bookOf(seq);
          const measured = searchableLatency(book, arrivals, curve(...points))!;
          const truth = latencyOf(
            book,
            arrivals.map((one) => ({ ...one, at: T0 + visibleAt(one.at - T0) })),
          )!;
          for (const share of ['p50', 'p90', 'p99', 'max'] as const) {
            // Three figures of the histogram.
            expect(measured[share]).toBeGreaterThanOrEqual(truth[share] * 0.999 - 1);
            expect(measured[share]).toBeLessThanOrEqual((truth[share] + probeMs) * 1.001 + 1);
          }
        },
      ),
    );
  });
});
