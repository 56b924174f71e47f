import { expect, test } from 'vitest';
import { sentTwiceOf } from './sent-twice.ts';

const arrival = (stream: string, from: number, to: number, status: number) => ({ stream, from, to, status, at: 0 });

test('what was taken before counts again, whatever its id makes of it; what was refused does not', () => {
  expect(sentTwiceOf([])).toBe(0);
  expect(sentTwiceOf([arrival('a', 0, 10, 201), arrival('b', 0, 10, 201), arrival('a', 10, 20, 201)])).toBe(0);
  expect(sentTwiceOf([arrival('a', 0, 10, 201), arrival('a', 5, 15, 201), arrival('a', 0, 2, 409)])).toBe(7);
  // What was taken by an edge that ended before it could say so.
  expect(sentTwiceOf([arrival('a', 0, 10, 409), arrival('a', 10, 20, 201)])).toBe(10);
  expect(sentTwiceOf([arrival('a', 0, 10, 429), arrival('a', 0, 10, 503), arrival('a', 0, 10, 201)])).toBe(0);
});
