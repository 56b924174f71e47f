import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Resolves once a server listens. */
export async function listen<T extends Server>(server: T, port: number, host: string): Promise<T> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve(server));
  });
}

/** Ends a server and every connection to it. */
export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** The port that a flag says; 0: any free one. Throws for what is none. */
export function portFlag(text: string, flag: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new Error(`${flag}: expected a port, got "${text}"`);
  return number;
}
