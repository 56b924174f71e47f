import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that an operating system gives away by itself (Linux: from 32768 on): Docker, or a connection, may get one of those meanwhile. */
const OURS = { from: 20_000, to: 30_000 };

/** The wanted port of the loopback where nobody listens at it, otherwise, or where none is wanted, one that is free now. */
export async function freePort(wanted?: number): Promise<number> {
  let port = wanted ?? randomInt(OURS.from, OURS.to);
  while (!(await isFree(port))) port = randomInt(OURS.from, OURS.to);
  return port;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
