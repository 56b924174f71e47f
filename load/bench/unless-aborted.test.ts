import { expect, test } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

const forever = () => new Promise<never>(() => {});

test('work that ends is waited for', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
  await expect(unlessAborted(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
});

test('an interrupt ends the wait, before it or in the middle of it', async () => {
  const controller = new AbortController();
  const waiting = unlessAborted(forever(), controller.signal);
  controller.abort(new Error('stop'));
  await expect(waiting).rejects.toThrow('stop');
  await expect(unlessAborted(forever(), controller.signal)).rejects.toThrow('stop');
});
