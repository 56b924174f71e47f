import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiException } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { Cluster } from './cluster.ts';
import { patiently, patientlyOnce } from './patience.ts';

/** Fails with these errors in turn, then answers how often it was asked. */
function failing(...errors: unknown[]) {
  let asked = 0;
  return async () => {
    const error = errors[asked++];
    if (error !== undefined) throw error;
    return asked;
  };
}

const coded = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
const wrapped = new TypeError('fetch failed', { cause: coded('ECONNREFUSED') });
const event = { type: 'error', message: 'connect ECONNREFUSED 127.0.0.1:6443' };

describe('an API server that is away for a moment', () => {
  test.each([
    ['refuses', coded('ECONNREFUSED')],
    ['refuses, wrapped', wrapped],
    ['refuses, as an event', event],
    ['is not ready', new ApiException(503, 'starting', {}, {})],
  ])('%s: it is asked again, also for what must not be done twice', async (_how, error) => {
    expect(await patiently(failing(error, error))).toBe(3);
    expect(await patientlyOnce(failing(error))).toBe(2);
  });

  test('breaks off: asked again only for what may be done twice', async () => {
    const error = new Error('socket hang up');
    expect(await patiently(failing(error))).toBe(2);
    await expect(patientlyOnce(failing(error))).rejects.toBe(error);
  });

  test('is given up on after its time, with what it said last', async () => {
    const error = coded('ECONNREFUSED');
    await expect(patiently(failing(...Array(99).fill(error)), 20)).rejects.toBe(error);
  });

  test.each([new ApiException(404, 'not found', {}, {}), new ApiException(422, 'invalid', {}, {}), new Error('x')])(
    'an answer is an answer: %s',
    async (error) => {
      await expect(patiently(failing(error))).rejects.toBe(error);
    },
  );
});

test('a list of pods outlasts an API server that breaks off and is not ready', async () => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    if (asked === 1) return void request.socket.destroy();
    response.setHeader('content-type', 'application/json');
    if (asked === 2) return void response.writeHead(503).end('{"message":"starting"}');
    response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items: [{ metadata: { name: 'pod-a' } }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cluster = new Cluster(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: {} }],
    }),
  );
  expect((await cluster.pods('default', '')).map(({ metadata }) => metadata?.name)).toEqual(['pod-a']);
  expect(asked).toBe(3);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
