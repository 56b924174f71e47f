import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

test('the wanted port where it is free, another one where it is taken', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const other = await freePort(port);
  server.close();
  expect(other).not.toBe(port);
  // Not one that the operating system gives to somebody else meanwhile.
  for (const one of [port, other]) expect(one).toBeLessThan(32_768);
});
