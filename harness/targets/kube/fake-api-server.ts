import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cluster } from './cluster.ts';

export interface Answered {
  status?: number;
  body: object;
}

/** An API server that answers by a function: `asked` is `GET /api/v1/…`. For tests. */
export async function clusterAt(answer: (asked: string, body: string) => Answered | Promise<Answered>) {
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
    const { status = 200, body } = await answer(`${request.method} ${request.url}`, text);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user: {} }],
    'current-context': 'c',
  };
  return {
    url,
    kubeconfig: JSON.stringify(config),
    cluster: new Cluster(JSON.stringify(config)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
