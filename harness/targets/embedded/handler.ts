import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { V1Container, V1LifecycleHandler, V1Probe } from '@kubernetes/client-node';
import { pause } from '../../core/condition.ts';

/** What a probe or a hook may touch. */
export interface HandlerDoor {
  /** Opens a connection to a port of the pod. */
  connect(port: number): Promise<Socket>;
  /** Runs a command in the container; rejects with what it said where it does not end with 0. */
  exec(command: readonly string[], withinMs: number): Promise<unknown>;
}

/** Does what a probe or a hook says; rejects with what was seen where it did not go well. */
export async function handle(
  handler: V1Probe | V1LifecycleHandler,
  container: V1Container,
  door: HandlerDoor,
  withinMs: number,
): Promise<void> {
  const { exec, httpGet, tcpSocket } = handler;
  if (exec) {
    await door.exec(exec.command ?? [], withinMs);
    return;
  }
  if ('sleep' in handler && handler.sleep) return pause(handler.sleep.seconds * 1000);
  if (tcpSocket) {
    const socket = await door.connect(portOf(tcpSocket.port, container));
    socket.destroy();
    return;
  }
  if (!httpGet)
    throw new Error(
      `container ${container.name}: expected exec, httpGet or tcpSocket, found ${Object.keys(handler).join(', ')}`,
    );
  const headers = Object.fromEntries((httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const { status } = await get(
    await door.connect(portOf(httpGet.port, container)),
    httpGet.path ?? '/',
    withinMs,
    headers,
  );
  if (status < 200 || status >= 400) throw new Error(`HTTP ${status}`);
}

/** One GET over a connection of its own. */
export function get(
  socket: Socket,
  path: string,
  withinMs: number,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => socket,
      path,
      headers: { host: 'localhost', connection: 'close', ...headers },
      signal: AbortSignal.timeout(withinMs),
    });
    asked.once('error', reject).once('response', (response) => {
      let body = '';
      response
        .setEncoding('utf8')
        .on('data', (text: string) => {
          body += text;
        })
        .once('error', reject)
        .once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.end();
  });
}

function portOf(port: number | string, { name, ports = [] }: V1Container): number {
  if (typeof port === 'number') return port;
  const named = ports.find((one) => one.name === port)?.containerPort;
  if (named === undefined) throw new Error(`container ${name} has no port named ${port}`);
  return named;
}
