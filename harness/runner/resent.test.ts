import { expect, test } from 'vitest';
import { resentOf } from './resent.ts';

const arrival = (from: number, to: number, status: number, stream = 's') => ({ stream, from, to, status, at: 0 });

test('a record that was taken and came again counts, each time', () => {
  expect(resentOf([arrival(0, 10, 201), arrival(8, 12, 409), arrival(9, 10, 201)])).toBe(3);
});

test('a retry of what was refused is none, nor is the same seq of another stream', () => {
  expect(resentOf([arrival(0, 10, 429), arrival(0, 10, 503), arrival(0, 10, 201), arrival(0, 10, 201, 't')])).toBe(0);
});
