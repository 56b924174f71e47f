import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type KubeConfig, PortForward } from '@kubernetes/client-node';
import { pause } from '../../core/condition.ts';

/** How often the API server is asked for a tunnel, and what lies between, ms: a handshake that fails may be a busy machine's. */
const TRIES = 3;
const BETWEEN_TRIES_MS = 300;

/** A port of a pod as one of the loopback. */
export interface ForwardedPort extends AsyncDisposable {
  /** `http://127.0.0.1:49152` */
  url: string;
}

/**
 * Opens a port of the loopback that leads, by way of the API server, to one of whichever pod `podNow` names when a connection comes; where it names none,
 * or the API server goes on refusing, the connection breaks off.
 */
export async function forwardPort(
  config: KubeConfig,
  namespace: string,
  podNow: () => string | undefined | Promise<string | undefined>,
  port: number,
): Promise<ForwardedPort> {
  const forward = new PortForward(config);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
    connect(socket).catch(() => socket.destroy());
  });
  // Nothing has gone into a tunnel that does not come to stand, so it may be asked for again.
  const tunnelFor = async (socket: Socket, tries = TRIES) => {
    const pod = await podNow();
    if (pod === undefined || socket.destroyed) return undefined;
    try {
      return await forward.portForward(namespace, pod, [port], socket, null, socket);
    } catch (error) {
      if (tries <= 1) throw error;
      await pause(BETWEEN_TRIES_MS);
      return tunnelFor(socket, tries - 1);
    }
  };
  const connect = async (socket: Socket) => {
    const tunnel = await tunnelFor(socket);
    if (tunnel === undefined) return void socket.destroy();
    const current = typeof tunnel === 'function' ? tunnel() : tunnel;
    // Whoever asked may be gone by the time that the tunnel stands.
    if (socket.destroyed) return void current?.close();
    socket.on('close', () => current?.close());
    // What came last is still to be handed on.
    current?.on('close', () => socket.destroySoon());
    current?.on('error', () => socket.destroy());
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
