import { expect, test, vi } from 'vitest';
import { dnsOf } from './dns.ts';

test('a cluster’s DNS is asked for until it is ready once, and no more', async () => {
  const resolves = vi.fn(async () => false);
  const ready = dnsOf({ resolves });
  expect([await ready(), await ready()]).toEqual([false, false]);
  resolves.mockResolvedValue(true);
  expect([await ready(), await ready()]).toEqual([true, true]);
  expect(resolves).toHaveBeenCalledTimes(3);
});
