import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LedgerBook } from '../core/ledger-book.ts';
import { searchableByDue } from './searchable-by-due.ts';

const T0 = 1_700_000_000_000;

/** Each stream has a record due every millisecond, from its own time on. */
function bookOf(streams: Record<string, { from: number; count: number }>): LedgerBook {
  const book = new LedgerBook();
  for (const [stream, { from, count }] of Object.entries(streams)) {
    book.add({ ledger: 'stream', run: 'r', stream, file: '/f', format: 'json', payloadLength: 9, at: T0 });
    book.add({ ledger: 'pace', stream, from: 0, at: T0 + from, perSecond: 1000 });
    book.add({ ledger: 'intended', stream, to: count });
    book.add({ ledger: 'accepted', stream, to: count, at: T0 + from + count });
  }
  return book;
}
const curve = (...points: [number, number][]) => points.map(([afterMs, count]) => ({ at: T0 + afterMs, count }));
const one = bookOf({ s: { from: 0, count: 30 } });

test('the k-th record that was due counts until k documents are found', () => {
  // 241…250 ms, then 481…490 and 971…980.
  expect(searchableByDue(one, [], curve([250, 10], [500, 20], [1000, 30]))).toEqual({
    ...{ p50: 485, p90: 977, p99: 980, max: 980 },
  });
});

test('of several pods those that are due first come first', () => {
  const book = bookOf({ late: { from: 100, count: 10 }, early: { from: 0, count: 10 } });
  expect(searchableByDue(book, [], curve([20, 10], [120, 20]))).toMatchObject({ max: 20 });
});

test('missing records leave no place', () => {
  const missing = [{ stream: 's', from: 0, to: 10 }];
  expect(searchableByDue(one, missing, curve([100, 20]))).toMatchObject({ max: 90 });
});

test('what no probe found is left out; nothing found is null, and so is more than there are records', () => {
  expect(searchableByDue(one, [], curve([250, 10]))).toMatchObject({ max: 250 });
  expect(searchableByDue(one, [], [])).toBeNull();
  expect(searchableByDue(one, [], curve([250, 31]))).toBeNull();
});

test('of one pod whose records keep their order it is the truth, but for the probe', () => {
  const delays = fc.array(fc.nat(400), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(delays, fc.integer({ min: 1, max: 100 }), (all, probeMs) => {
      let last = 0;
      const foundAt = all.map((delay, seq) => {
        last = Math.max(last, seq + delay);
        return last;
      });
      const points: [number, number][] = [];
      for (let at = probeMs; at < last + 2 * probeMs; at += probeMs)
        points.push([at, foundAt.filter((found) => found <= at).length]);
      const longest = Math.max(...foundAt.map((found, seq) => found - seq), 1);
      const { max } = searchableByDue(one, [], curve(...points))!;
      expect(max).toBeGreaterThanOrEqual(longest);
      expect(max).toBeLessThanOrEqual(longest + probeMs);
    }),
  );
});
