import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeqSet } from './seq-set.ts';

test('ranges are exactly the runs of a plain set, present and absent', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 400 })), fc.integer({ min: 0, max: 450 }), (seqs, to) => {
      const set = new SeqSet();
      for (const seq of seqs) expect(set.add(seq)).toBe(true);
      for (const seq of seqs) expect(set.add(seq)).toBe(false);
      expect(set.size).toBe(seqs.length);
      for (const present of [true, false]) {
        const flat = set
          .ranges(present, 0, to)
          .flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
        const plain = Array.from({ length: to }, (_, i) => i).filter((i) => seqs.includes(i) === present);
        expect(flat).toEqual(plain);
      }
    }),
  );
});

test('seqs far apart are kept while the set grows', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60_000), { maxLength: 30 }), (seqs) => {
      const set = new SeqSet();
      for (const seq of seqs) set.add(seq);
      expect(seqs.every((seq) => set.has(seq))).toBe(true);
      expect(set.has(60_001)).toBe(false);
      expect(set.end).toBeGreaterThan(Math.max(-1, ...seqs));
      expect(set.ranges(true, 0, set.end).reduce((sum, { from, to }) => sum + to - from, 0)).toBe(seqs.length);
    }),
  );
});

test('neighbouring seqs are one range', () => {
  const set = new SeqSet();
  for (let seq = 10; seq < 300; seq++) set.add(seq);
  expect(set.ranges(true, 0, 1000)).toEqual([{ from: 10, to: 300 }]);
  expect(set.ranges(false, 0, 1000)).toEqual([
    { from: 0, to: 10 },
    { from: 300, to: 1000 },
  ]);
});
