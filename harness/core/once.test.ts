import { expect, test } from 'vitest';
import { once } from './once.ts';

test('each key is made once, also for those that ask while it is being made', async () => {
  const asked: string[] = [];
  const made = once(async (key: string) => {
    asked.push(key);
    return { key };
  });
  const [first, second, other] = await Promise.all([made('a'), made('a'), made('b')]);
  expect(second).toBe(first);
  expect(await made('a')).toBe(first);
  expect(other).toEqual({ key: 'b' });
  expect(asked).toEqual(['a', 'b']);
});

test('what could not be made is made at the next use', async () => {
  let tries = 0;
  const made = once(async (_: string) => {
    tries++;
    if (tries === 1) throw new Error('not yet');
    return tries;
  });
  await expect(made('a')).rejects.toThrow('not yet');
  expect(await made('a')).toBe(2);
});
