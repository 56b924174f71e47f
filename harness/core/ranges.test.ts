import { expect, test } from 'vitest';
import { countOf, distinct } from './ranges.ts';

test('records count once, in the longest ranges, by stream and seq', () => {
  const range = (stream: string, from: number, to: number) => ({ stream, from, to });
  const ranges = distinct([range('b', 0, 2), range('a', 5, 9), range('a', 3, 5), range('a', 4, 6), range('a', 20, 21)]);
  expect(ranges).toEqual([range('a', 3, 9), range('a', 20, 21), range('b', 0, 2)]);
  expect(countOf(ranges)).toBe(9);
  expect(distinct([])).toEqual([]);
});
