import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Answer, Ask } from './sandbox.ts';

/**
 * The first process of a pod's sandbox: holds its namespaces, and is the harness's hand in its network. Sockets are opened here and handed over, so
 * that both ends speak to each other directly: a reset stays a reset.
 */
process.on('message', ({ id, serve, connect: port }: Ask) => {
  if (serve !== undefined) {
    const server = createServer();
    server.once('error', (error) => refuse(id, error));
    server.listen(serve, '127.0.0.1', () => handOver({ id }, server, () => server.close()));
  } else if (port !== undefined) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const failed = (error: Error) => refuse(id, error);
    socket.once('error', failed).once('connect', () => {
      socket.off('error', failed);
      handOver({ id }, socket, () => {});
    });
  }
});
process.on('disconnect', () => process.exit(0));
process.send!({ id: 0 } satisfies Answer);

function handOver(answer: Answer, handle: Server | Socket, then: () => void): void {
  process.send!(answer, handle, {}, then);
}

function refuse(id: number, error: Error): void {
  process.send!({ id, error: error.message } satisfies Answer);
}
