import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EdgeAdmin } from '../edge/admin-client.ts';
import { type Edge, startEdge } from '../edge/edge.ts';
import { domainRulesOf, PLANTS, type PlantName } from './plants.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const ROLE = 'arn:aws:iam::123456789012:role/engineer';
let edge: Edge;

beforeEach(async () => {
  edge = await startEdge({ port: 0, adminPort: 0, backend: null, credentials: [credentials] });
});
afterEach(() => edge[Symbol.asyncDispose]());

const plant = (...plants: PlantName[]) =>
  new EdgeAdmin(`http://127.0.0.1:${edge.adminPort}`).setRules(domainRulesOf(plants, ROLE), 'plants');

async function ask(method: string, path: string, withinMs = 5000): Promise<[status: number, body: string]> {
  const hash = Hash.bind(null, 'sha256') as never;
  const signer = new SignatureV4({ credentials, region: 'ap-northeast-2', service: 'es', sha256: hash });
  const host = `127.0.0.1:${edge.port}`;
  const { headers } = await signer.sign(new HttpRequest({ method, path, headers: { host } }));
  const signal = AbortSignal.timeout(withinMs);
  const answer = await fetch(`http://${host}${path}`, { method, headers, signal });
  return [answer.status, await answer.text()];
}

test.each<PlantName>(['domain=red', 'opensearch=red'])('%s', async (name) => {
  await plant(name);
  const [status, body] = await ask('GET', '/_cluster/health');
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ status: 'red', unassigned_shards: 1 });
  expect((await ask('POST', '/_bulk'))[0]).toBe(200);
});

test.each<[PlantName, string, string, string]>([
  ['domain=denied', 'GET', '/', 'because no resource-based policy allows'],
  ['domain=signature', 'GET', '/', 'The request signature we calculated does not match'],
  ['domain=read-only', 'POST', '/_bulk', 'cluster_block_exception'],
  ['domain=read-only', 'PUT', '/index/_doc/1', 'cluster_block_exception'],
  ['domain=not-mapped', 'PUT', '/index', `no permissions for [indices:admin/create] and User [name=${ROLE}`],
  ['domain=not-mapped', 'POST', '/_bulk', 'no permissions for [indices:data/write/bulk]'],
  ['domain=not-mapped', 'GET', '/_cluster/health', 'no permissions for [cluster:monitor/health]'],
  ['domain=not-mapped', 'GET', '/', 'no permissions for [cluster:monitor/main]'],
])('%s: %s %s', async (name, method, path, words) => {
  expect((await ask(method, path))[0]).toBe(200);
  await plant(name);
  const [status, body] = await ask(method, path);
  expect(status).toBe(403);
  expect(body).toContain(words);
});

test('domain=read-only may be read', async () => {
  await plant('domain=read-only');
  expect((await ask('GET', '/'))[0]).toBe(200);
});

test('domain=unreachable', async () => {
  await plant('domain=unreachable');
  await expect(ask('GET', '/', 300)).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('every failure of the domain has its rules, and one that is none of the domain’s has none', () => {
  const played = Object.keys(PLANTS).filter((name) => domainRulesOf([name as PlantName]).length > 0);
  const named = Object.keys(PLANTS).filter((name) => name.startsWith('domain='));
  expect(new Set(played)).toEqual(new Set([...named, 'opensearch=red']));
});
