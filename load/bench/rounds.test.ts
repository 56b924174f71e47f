import { expect, test } from 'vitest';
import { rounds } from './rounds.ts';

const contender = (name: string, order: string[]) => ({
  name,
  measure: async () => ({ place: order.push(name) }),
});

test('every contender is measured once a round, and each round starts with another one', async () => {
  const order: string[] = [];
  const said: string[] = [];
  const found = await rounds(
    3,
    ['a', 'b', 'c'].map((name) => contender(name, order)),
    { say: (what) => said.push(what), signal: new AbortController().signal },
  );
  expect(order.join('')).toBe('abcbcacab');
  expect(found).toEqual({ a: { place: [1, 6, 8] }, b: { place: [2, 4, 9] }, c: { place: [3, 5, 7] } });
  expect(said[3]).toBe('round 2 of 3: b');
});

test('an interrupted one starts nothing more', async () => {
  const order: string[] = [];
  const controller = new AbortController();
  const first = {
    name: 'a',
    async measure() {
      controller.abort(new Error('stop'));
      return { place: order.push('a') };
    },
  };
  const options = { say: () => {}, signal: controller.signal };
  await expect(rounds(2, [first, contender('b', order)], options)).rejects.toThrow('stop');
  expect(order).toEqual(['a']);
});
