import fc from 'fast-check';
import { expect, test } from 'vitest';
import { searchHighest } from './search.ts';

const below = (limit: number) => async (rate: number) => rate <= limit;
const wide = { from: 1000, most: 1_000_000, precision: 0.1, attempts: 50 };

test('doubles until a rate breaks, then halves the distance', async () => {
  const { attempts, highest, complete } = await searchHighest(wide, below(5500));
  expect(attempts.map(({ rate }) => rate)).toEqual([1000, 2000, 4000, 8000, 6000, 5000, 5500]);
  expect([highest, complete]).toEqual([5500, true]);
});

test('goes down where the first rate breaks', async () => {
  const { attempts, highest } = await searchHighest(wide, below(300));
  expect(attempts.slice(0, 3).map(({ rate }) => rate)).toEqual([1000, 500, 250]);
  expect(highest).toBeGreaterThan(270);
  expect(highest).toBeLessThanOrEqual(300);
});

test('says so when no rate holds, and when all do', async () => {
  expect(await searchHighest(wide, async () => false)).toMatchObject({ highest: undefined, complete: true });
  expect(await searchHighest(wide, async () => true)).toMatchObject({ highest: 1_000_000, lowestBroken: undefined });
});

test('ends where it is told to, and is not complete then', async () => {
  let left = 3;
  const found = await searchHighest({ ...wide, goOn: () => left-- > 0 }, below(5500));
  expect(found).toMatchObject({ highest: 4000, complete: false });
  expect((await searchHighest({ ...wide, attempts: 2 }, below(5500))).complete).toBe(false);
});

test('finds every limit within its precision', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 20, max: 900_000 }), async (limit) => {
      const { highest, lowestBroken } = await searchHighest(wide, below(limit));
      expect(highest).toBeLessThanOrEqual(limit);
      expect(lowestBroken).toBeGreaterThan(limit);
      expect(lowestBroken! / highest!).toBeLessThanOrEqual(1.1 + 1 / highest!);
    }),
  );
});
