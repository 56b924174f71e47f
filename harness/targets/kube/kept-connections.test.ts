import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ROOT } from '../../cli/root.ts';
import { Cluster } from './cluster.ts';

const pem = (name: string) => readFileSync(join(ROOT, 'harness', 'edge', name));

function kubeconfig(port: number): string {
  return stringify({
    clusters: [{ name: 'one', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'me', user: {} }],
    contexts: [{ name: 'here', context: { cluster: 'one', user: 'me' } }],
    'current-context': 'here',
  });
}

test('requests to an API server share a connection', async () => {
  let connections = 0;
  const server = createServer({ cert: pem('tls-certificate.pem'), key: pem('tls-key.pem') }, (_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"kind":"PodList","items":[]}');
  }).on('secureConnection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const cluster = new Cluster(kubeconfig((server.address() as AddressInfo).port));
    for (let i = 0; i < 8; i++) expect(await cluster.pods('kubetest', '')).toEqual([]);
    // A second one may be opened while the first is about to be free.
    const opened = connections;
    expect(opened).toBeLessThanOrEqual(2);
    // One that the server has closed meanwhile is opened anew.
    server.closeAllConnections();
    expect(await cluster.pods('kubetest', '')).toEqual([]);
    expect(connections).toBe(opened + 1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
