import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { EdgeAdmin } from '../../harness/edge/admin-client.ts';
import { startEdge } from '../../harness/edge/edge.ts';
import { CREDENTIALS } from '../../harness/targets/kube/local-domain.ts';
import { postAll, signedBulk } from './edge-client.ts';
import { bulkOf } from './lines.ts';

const { signal } = new AbortController();

test('signed bulks are accepted by the edge, as often as they are sent', async () => {
  await using edge = await startEdge({ port: 0, adminPort: 0, backend: null, credentials: [CREDENTIALS] });
  const bulk = await signedBulk(bulkOf('r1', 0, 10), `127.0.0.1:${edge.port}`);
  await postAll(`http://127.0.0.1:${edge.port}`, Array(5).fill(bulk), 2, signal);
  const { itemStatuses, refusals } = await new EdgeAdmin(`http://127.0.0.1:${edge.adminPort}`).counters();
  expect({ itemStatuses, refusals }).toEqual({ itemStatuses: { 201: 50 }, refusals: {} });
});

test('a bulk that is refused is an error, with what was answered', async () => {
  await using edge = await startEdge({ port: 0, adminPort: 0, backend: null, credentials: [CREDENTIALS] });
  const { headers, body } = await signedBulk(bulkOf('r1', 0, 1), `127.0.0.1:${edge.port}`);
  const forged = { headers, body: Buffer.from(body.toString().replace('create', 'update')) };
  const posted = postAll(`http://127.0.0.1:${edge.port}`, [forged], 1, signal);
  await expect(posted).rejects.toThrow(/a bulk was answered with 403: .*signature/);
});

test('so is one of which an item was refused', async () => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end('{"took":1,"errors":true,"items":[]}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const posted = postAll(url, [{ headers: {}, body: Buffer.from('x') }], 1, signal);
  await expect(posted).rejects.toThrow('answered with 200: {"took":1,"errors":true');
  server.close();
});
