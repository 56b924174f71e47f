import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type KubeConfig, PortForward } from '@kubernetes/client-node';

/** A port of a pod as one of the loopback. */
export interface ForwardedPort extends AsyncDisposable {
  /** `http://127.0.0.1:49152` */
  url: string;
}

/**
 * Opens a port of the loopback that leads, by way of the API server, to one of whichever pod `podNow` names when a connection comes; where it names none,
 * or the API server refuses, the connection breaks off.
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
  const connect = async (socket: Socket) => {
    const pod = await podNow();
    if (pod === undefined) return void socket.destroy();
    const tunnel = await forward.portForward(namespace, pod, [port], socket, null, socket);
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
