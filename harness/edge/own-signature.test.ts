import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EdgeAdmin } from './admin-client.ts';
import { type Edge, startEdge } from './edge.ts';
import { signAs } from './own-signature.ts';
import type { RuleInput } from './rules.ts';
import type { Credential } from './signature.ts';
import { CERTIFICATE } from './tls.ts';

/** What fluentd signs with, and what the edge does. */
const CLIENT = { accessKeyId: 'AKIDCLIENT', secretAccessKey: 'secret' };
const OWN = { accessKeyId: 'ASIAOWN', secretAccessKey: 'own', sessionToken: 'token' };
const BULK = '{"create":{"_index":"logs"}}\n{"id":"r1/pod.0.0/000000000"}\n';
const REGION = 'ap-northeast-2';

/** An edge that verifies stands for the domain; the one in front of it signs. */
let domain: Edge;
let atDomain: EdgeAdmin;
let edge: Edge;
let admin: EdgeAdmin;
let logged: { reason?: string }[];

beforeEach(async () => {
  domain = await startEdge({ port: 0, adminPort: 0, tlsPort: 0, host: '0.0.0.0', backend: null, credentials: [OWN] });
  atDomain = new EdgeAdmin(`http://127.0.0.1:${domain.adminPort}`);
  await front(`http://127.0.0.1:${domain.port}`);
});
afterEach(async () => {
  await edge[Symbol.asyncDispose]();
  await domain[Symbol.asyncDispose]();
});

async function front(backend: string, credentials: () => Promise<Credential> = async () => OWN): Promise<void> {
  await edge?.[Symbol.asyncDispose]();
  logged = [];
  edge = await startEdge({
    port: 0,
    adminPort: 0,
    backend,
    credentials: [CLIENT],
    sign: signAs(REGION, credentials),
    log: (entry) => logged.push(entry),
  });
  admin = new EdgeAdmin(`http://127.0.0.1:${edge.adminPort}`);
}

async function ask(
  method: string,
  path: string,
  body?: string,
  query: Record<string, string> = {},
  before = '',
): Promise<Response> {
  const sha256 = Hash.bind(null, 'sha256') as never;
  const signer = new SignatureV4({ credentials: CLIENT, region: REGION, service: 'es', sha256 });
  const host = `127.0.0.1:${edge.port}`;
  const headers = { host, 'content-type': 'application/json', 'x-amz-meta': 'of the client' };
  const request = await signer.sign(new HttpRequest({ method, path, query, headers, body }));
  const search = new URLSearchParams(query).toString();
  return fetch(`http://${host}${before}${path}${search ? `?${search}` : ''}`, {
    method,
    body: body ?? null,
    headers: request.headers,
  });
}

test('what its client signed goes on signed by the edge', async () => {
  const statuses = [
    (await ask('POST', '/_bulk', BULK)).status,
    (await ask('GET', '/logs/_search', undefined, { q: 'a b+c', filter_path: 'took,hits.*' })).status,
    (await ask('DELETE', '/r1%2Cr2')).status,
    (await ask('HEAD', '/logs')).status,
  ];
  expect({ statuses, logged }).toEqual({ statuses: [200, 200, 200, 200], logged: [] });
  expect(await atDomain.counters()).toMatchObject({
    methods: { ASIAOWN: { POST: 1, GET: 1, DELETE: 1, HEAD: 1 } },
    refusals: {},
    itemStatuses: { 201: 1 },
  });
  expect((await admin.counters()).methods).toEqual({ AKIDCLIENT: { POST: 1, GET: 1, DELETE: 1, HEAD: 1 } });
});

test('of what its client signed with, nothing is passed on; and never to another host', async () => {
  const seen: Record<string, unknown>[] = [];
  const engine = createServer((request, response) => {
    seen.push({ ...request.headers, url: request.url });
    response.end('{}');
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(engine.address() as AddressInfo).port}`;
  await front(`http://${host}/`);
  await ask('POST', '/_bulk', BULK, { q: 'a b' }, '//other.example');
  expect(seen).toEqual([
    expect.objectContaining({ host, url: '//other.example/_bulk?q=a%20b', 'x-amz-security-token': 'token' }),
  ]);
  expect(seen[0]!['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=ASIAOWN\/\d{8}\/ap-northeast-2\/es\//);
  expect(seen[0]).not.toHaveProperty('x-amz-meta');
  await edge[Symbol.asyncDispose]();
  engine.close();
});

test('the question whose words the engine speaks is signed as well', async () => {
  await admin.setRules([{ answer: { items: { seqs: [{ from: 0, to: 1 }], status: 429 } } }]);
  await ask('POST', '/_bulk', BULK);
  expect((await atDomain.counters()).methods).toEqual({ ASIAOWN: { GET: 1 } });
});

test('a domain that refuses the signature: a 502 that says so, and a line in the log', async () => {
  await front(`http://127.0.0.1:${domain.port}`, async () => ({ ...OWN, secretAccessKey: 'another' }));
  const answer = await ask('POST', '/_bulk', BULK);
  const message = expect.stringMatching(/^the domain refuses the edge's own signature: The request signature we/);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'application/json']);
  expect(await answer.json()).toEqual({ message });
  expect(logged).toEqual([expect.objectContaining({ status: 502, url: '/_bulk', reason: message })]);
  expect((await admin.counters()).refusals).toEqual({ 'signature refused by the domain': 1 });
  expect(await admin.journal('r1')).toMatchObject([{ from: 0, to: 1, status: 502 }]);
});

test.each([
  [{ refusal: 'expired token' }, 'The security token included in the request is expired'],
  [{ refusal: 'unknown key' }, 'The security token included in the request is invalid.'],
  [{ clockAheadMs: 600_000 }, 'Signature expired: '],
  [
    { status: 403, body: '{"message":"Credential should be scoped to a valid region."}' },
    'Credential should be scoped',
  ],
  [
    { status: 403, body: '{"Message":"User: anonymous is not authorized to perform: es:ESHttpPost"}' },
    'User: anonymous',
  ],
] satisfies [RuleInput['answer'], string][])('%j is taken for a refusal of the signature', async (answer, words) => {
  await atDomain.setRules([{ answer }]);
  expect((await ask('POST', '/_bulk', BULK)).status).toBe(502);
  expect(logged[0]!.reason).toContain(`the domain refuses the edge's own signature: ${words}`);
});

test('a domain whose access policy refuses: its own answer, and a line in the log', async () => {
  await atDomain.setRules([{ answer: { refusal: 'not authorized' } }]);
  const answer = await ask('POST', '/_bulk', BULK);
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('is not authorized to perform')]);
  expect(logged).toEqual([
    expect.objectContaining({
      status: 403,
      reason: expect.stringMatching(/^the domain refuses what the edge asks: User: arn/),
    }),
  ]);
});

test('an engine’s own 403 is passed on as it is', async () => {
  await atDomain.setRules([{ answer: { refusal: 'cluster block' } }]);
  const answer = await ask('POST', '/_bulk', BULK);
  expect([answer.status, await answer.text(), logged]).toEqual([403, expect.stringContaining('cluster_block'), []]);
});

test('no credentials to be had: a 502 that says why, and the domain is not asked', async () => {
  await front(`http://127.0.0.1:${domain.port}`, () => Promise.reject(new Error('STS is away')));
  const answer = await ask('POST', '/_bulk', BULK);
  const message = 'the edge cannot sign for the domain: STS is away';
  expect([answer.status, await answer.json()]).toEqual([502, { message }]);
  expect(logged).toEqual([expect.objectContaining({ status: 502, reason: message })]);
  expect((await atDomain.counters()).requests).toBe(0);
});

test('over TLS: a domain that is trusted, by the name that its certificate has', async () => {
  await front(`https://localhost:${domain.tlsPort}`);
  expect((await ask('POST', '/_bulk', BULK)).status).toBe(502);
  expect(logged.at(-1)!.reason).toMatch(/^engine unreachable: self-signed certificate/);

  const usual = getCACertificates();
  setDefaultCACertificates([...usual, CERTIFICATE.cert]);
  try {
    await front(`https://localhost:${domain.tlsPort}`);
    expect((await ask('POST', '/_bulk', BULK)).status).toBe(200);
    await front(`https://127.0.0.2:${domain.tlsPort}`);
    expect((await ask('POST', '/_bulk', BULK)).status).toBe(502);
    expect(logged.at(-1)!.reason).toMatch(/^engine unreachable: Hostname\/IP does not match certificate's altnames/);
  } finally {
    setDefaultCACertificates(usual);
  }
});
