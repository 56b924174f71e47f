import { createServer, type IncomingMessage, type Server } from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EdgeAdmin } from './admin-client.ts';
import { type Edge, startEdge } from './edge.ts';
import type { RuleInput } from './rules.ts';
import { CERTIFICATE } from './tls.ts';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const CAP = 64 * 1024;
const body = (...seqs: number[]) =>
  seqs.map((seq) => `{"index":{"_index":"logs"}}\n{"id":"r1/pod.0.0/${String(seq).padStart(9, '0')}"}\n`).join('');

let engine: Server;
let received: { headers: IncomingMessage['headers']; body: string }[];
let edge: Edge;
let admin: EdgeAdmin;

beforeEach(async () => {
  received = [];
  engine = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.setHeader('content-type', 'application/json');
    if (request.url === '/')
      return response.end(JSON.stringify({ version: { number: '7.10.2', build_flavor: 'oss' } }));
    const text = Buffer.concat(chunks).toString();
    received.push({ headers: request.headers, body: text });
    const items = text.split('\n').filter((line) => line.startsWith('{"index"'));
    return response.end(
      JSON.stringify({ took: 1, errors: false, items: items.map(() => ({ index: { status: 201 } })) }),
    );
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const backend = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
  edge = await startEdge({ port: 0, adminPort: 0, backend, credentials: [CREDENTIALS], capBytes: CAP });
  admin = new EdgeAdmin(`http://127.0.0.1:${edge.adminPort}`);
});

afterEach(async () => {
  await edge[Symbol.asyncDispose]();
  engine.closeAllConnections();
  await new Promise((resolve) => engine.close(resolve));
});

function bulk(text: string | Buffer, headers: Record<string, string> = {}, secret = 'secret'): Promise<Response> {
  return signed('POST', '/_bulk', text, headers, secret);
}

async function signed(
  method: string,
  path: string,
  text?: string | Buffer,
  headers: Record<string, string> = {},
  by: string | typeof CREDENTIALS = CREDENTIALS,
): Promise<Response> {
  const signer = new SignatureV4({
    credentials: typeof by === 'string' ? { ...CREDENTIALS, secretAccessKey: by } : by,
    region: 'ap-northeast-2',
    service: 'es',
    sha256: Hash.bind(null, 'sha256') as never,
  });
  const host = `127.0.0.1:${edge.port}`;
  const request = await signer.sign(new HttpRequest({ method, path, headers: { host, ...headers }, body: text }));
  return fetch(`http://${host}${path}`, {
    method,
    ...(text ? { body: text as string } : {}),
    headers: request.headers,
  });
}

describe('a signed bulk', () => {
  test('reaches the engine as it is, without its signature, and its records are in the journal', async () => {
    const before = Date.now();
    const answer = await bulk(body(0, 1, 2));
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(3);
    expect(received).toHaveLength(1);
    expect(received[0]!.body).toBe(body(0, 1, 2));
    expect(received[0]!.headers['authorization']).toBeUndefined();
    const [entry, ...more] = await admin.journal('r1');
    expect(entry).toMatchObject({ stream: 'pod.0.0', from: 0, to: 3, status: 201 });
    expect(entry!.at).toBeGreaterThanOrEqual(before);
    expect(more).toEqual([]);
    expect(await admin.journal('r2')).toEqual([]);
    expect(await admin.counters()).toMatchObject({ requests: 1, items: 3, statuses: { 200: 1 } });
  });

  test('gzipped, is understood', async () => {
    expect((await bulk(gzipSync(body(5)), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(await admin.journal('r1')).toMatchObject([{ from: 5, to: 6, status: 201 }]);
  });

  test('signed with another secret, is refused and does not reach the engine', async () => {
    const answer = await bulk(body(0), {}, 'other');
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('does not match the signature you provided');
    expect(received).toEqual([]);
    expect(await admin.counters()).toMatchObject({ refusals: { 'wrong signature': 1 } });
    expect(await admin.journal('r1')).toMatchObject([{ from: 0, to: 1, status: 403 }]);
  });

  test('at the cap passes, one byte over it is 413', async () => {
    const filler = (length: number) => `${body(0).slice(0, -3)}","fill":"`.padEnd(length - 3, 'x').concat('"}\n');
    expect((await bulk(filler(CAP))).status).toBe(200);
    const over = await bulk(filler(CAP + 1));
    expect(over.status).toBe(413);
    expect(await over.json()).toEqual({ Message: `Request size exceeded ${CAP} bytes` });
    expect(received).toHaveLength(1);
  });
});

test('counts requests by who asks and how, where the signature was accepted', async () => {
  const other = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'another' };
  await admin.setCredentials([CREDENTIALS, other]);
  await bulk(body(0));
  await bulk(body(1));
  await signed('GET', '/logs/_search');
  await signed('HEAD', '/logs', undefined, {}, other);
  await bulk(body(2), {}, 'wrong');
  expect((await admin.counters()).methods).toEqual({
    AKIDEXAMPLE: { POST: 2, GET: 1 },
    AKIDOTHER: { HEAD: 1 },
  });
});

describe('rules', () => {
  test('a status, with AWS’s words, so many times; then the engine again', async () => {
    await admin.setRules([{ when: { first: 2 }, answer: { status: 503 } }]);
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await bulk(body(i))).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(await admin.bites()).toMatchObject([{ requests: 2 }]);
  });

  const OWN_WORDS: [RuleInput['answer'], number, string][] = [
    [{ status: 403 }, 403, 'cluster_block_exception'],
    [{ refusal: 'expired token' }, 403, 'The security token included in the request is expired'],
    [{ refusal: 'unknown key' }, 403, 'The security token included in the request is invalid.'],
    [{ refusal: 'wrong signature' }, 403, 'The request signature we calculated does not match'],
    [{ refusal: 'not authorized' }, 403, 'is not authorized to perform: es:ESHttpPost'],
    [{ status: 413 }, 413, '{"Message":"Request size exceeded 10485760 bytes"}'],
    [{ status: 429 }, 429, '429 Too Many Requests /_bulk'],
    [{ status: 502 }, 502, '502 Bad Gateway'],
    [{ status: 503 }, 503, 'Http/1.1 Service Unavailable'],
    [{ status: 504 }, 504, '504 Gateway Time-out'],
    [{ status: 500, body: 'own', headers: { 'retry-after': '7' } }, 500, 'own'],
  ];
  test.each(OWN_WORDS)('%j: %i, %s', async (answer, status, words) => {
    await admin.setRules([{ answer }]);
    const refused = await bulk(body(0));
    expect(refused.status).toBe(status);
    expect(await refused.text()).toContain(words);
    expect(refused.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    if ('headers' in answer) expect(refused.headers.get('retry-after')).toBe('7');
    expect(received).toEqual([]);
    expect(await admin.journal('r1')).toMatchObject([{ from: 0, to: 1, status }]);
    expect(await admin.bites()).toMatchObject([{ requests: 1 }]);
  });

  test('a clock that is ahead, or behind: the real check refuses, in AWS’s words', async () => {
    await admin.setRules([{ answer: { clockAheadMs: 600_000 } }]);
    const stamp = String.raw`\d{8}T\d{6}Z`;
    expect(await (await bulk(body(0))).text()).toMatch(
      new RegExp(`"Signature expired: ${stamp} is now earlier than ${stamp} \\(${stamp} - 5 min.\\)"`),
    );
    await admin.setRules([{ answer: { clockAheadMs: -600_000 } }]);
    expect(await (await bulk(body(0))).text()).toMatch(/Signature not yet current: .* is still later than /);
    await admin.setRules([{ answer: { clockAheadMs: 200_000 } }]);
    expect((await bulk(body(0))).status).toBe(200);
    expect((await admin.bites()).map(({ requests }) => requests)).toEqual([1, 1, 0]);
    expect(await admin.counters()).toMatchObject({ refusals: { 'clock skew': 2 } });
  });

  test('items refused one by one, in the words of the engine that stands behind', async () => {
    await admin.setRules([{ answer: { items: { seqs: [{ from: 1, to: 2 }], status: 429 } } }]);
    const { items } = (await (await bulk(body(0, 1, 2))).json()) as { items: { index: object }[] };
    expect(items).toMatchObject([
      { index: { status: 201 } },
      { index: { status: 429, error: { type: 'es_rejected_execution_exception' } } },
      { index: { status: 201 } },
    ]);
    expect(received.at(-1)!.body).toBe(body(0, 2));
    expect((await admin.journal('r1')).map(({ from, status }) => [from, status])).toEqual([
      [0, 201],
      [1, 429],
      [2, 201],
    ]);
  });

  test('a delay, and a trickle that brings the whole answer', async () => {
    await admin.setRules([{ answer: { delayMs: 150 } }, { answer: { bytesPerSecond: 200 } }]);
    const started = performance.now();
    const text = await (await bulk(body(0))).text();
    expect(performance.now() - started).toBeGreaterThan(150 + 100);
    expect(JSON.parse(text).items).toHaveLength(1);
  });

  test('a byte limit that refuses: AWS’s 429 for what does not fit, and it is told apart from other throttling', async () => {
    await admin.setRules([{ answer: { limit: { bytesPerSecond: body(0).length, answer: 429 } } }]);
    const statuses = [(await bulk(body(0))).status, (await bulk(body(1, 2, 3))).status];
    expect(statuses).toEqual([200, 429]);
    expect(received.map((one) => one.body)).toEqual([body(0)]);
    expect(await admin.counters()).toMatchObject({ refusals: { 'over the byte limit': 1 }, limitedMs: 0 });
    expect(await admin.bites()).toMatchObject([{ requests: 1 }]);
    expect(await admin.journal('r1')).toMatchObject([{ status: 201 }, { from: 1, to: 4, status: 429 }]);
  });

  test('a byte limit that holds back: until it is lifted, in order, and the counters tell how long', async () => {
    await admin.setRules([{ answer: { limit: { bytesPerSecond: 1 } } }]);
    await bulk(body(0));
    const held = [bulk(body(1, 2))];
    await expect.poll(async () => (await admin.bites())[0]?.requests).toBe(1);
    held.push(bulk(body(3)));
    await expect.poll(async () => (await admin.bites())[0]?.requests).toBe(2);
    expect(received).toHaveLength(1);
    await expect.poll(async () => (await admin.counters()).limitedMs).toBeGreaterThan(0);
    await admin.setRules([]);
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    expect(received.map((one) => one.body)).toEqual([body(0), body(1, 2), body(3)]);
    const { limitedMs } = await admin.counters();
    expect((await admin.counters()).limitedMs).toBe(limitedMs);
  });

  test('reset, and an answer that breaks off, are errors to the client', async () => {
    await admin.setRules([{ when: { first: 1 }, answer: { reset: true } }, { answer: { truncate: true } }]);
    await expect(bulk(body(0))).rejects.toThrow();
    await expect(bulk(body(0)).then((answer) => answer.text())).rejects.toThrow();
    expect(await admin.bites()).toMatchObject([{ requests: 1 }, { requests: 1 }]);
  });

  test('a hang lasts until the client goes away', async () => {
    await admin.setRules([{ answer: { hang: true } }]);
    const socket = connect(edge.port, '127.0.0.1');
    socket.write('POST /_bulk HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
    let heard = '';
    socket.on('data', (data) => {
      heard += data;
    });
    await expect.poll(async () => (await admin.bites())[0]?.requests).toBe(1);
    expect(heard).toBe('');
    socket.destroy();
  });

  test('a dropped record is answered 201 and is not with the engine', async () => {
    await admin.setRules([{ answer: { drop: { seqs: [{ from: 1, to: 2 }] } } }]);
    const answer = (await (await bulk(body(0, 1, 2))).json()) as { items: { index: { status: number } }[] };
    expect(answer.items.map(({ index }) => index.status)).toEqual([201, 201, 201]);
    expect(received[0]!.body).toBe(body(0, 2));
  });

  test('a malformed one is refused with its reason', async () => {
    await expect(admin.setRules([{ answer: { status: 'no' } } as never])).rejects.toThrow(/PUT \/rules/);
  });
});

test('TLS beside plain HTTP; a handshake that breaks off is an error to the client and no request', async () => {
  await edge[Symbol.asyncDispose]();
  edge = await startEdge({ port: 0, adminPort: 0, tlsPort: 0, backend: null, credentials: [CREDENTIALS] });
  admin = new EdgeAdmin(`http://127.0.0.1:${edge.adminPort}`);
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { port: edge.tlsPort, host: '127.0.0.1', ca: CERTIFICATE.cert, agent: false };
      https.get(options, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    });
  expect(await ask()).toBe(403);
  await admin.setRules([{ when: { first: 1 }, answer: { breakHandshake: true } }]);
  await expect(ask()).rejects.toThrow(/ECONNRESET|socket disconnected before secure TLS/);
  expect(await ask()).toBe(403);
  expect(await admin.bites()).toMatchObject([{ requests: 1 }]);
  expect(await admin.counters()).toMatchObject({ requests: 2 });
});

test('the domain hides its nodes: whoever asks for their addresses finds none', async () => {
  const node = { name: 'n', version: '7.10.2', ip: '10.0.0.1', http: { publish_address: '10.0.0.1:9200' } };
  engine.removeAllListeners('request').on('request', (_request, response) => {
    response.end(JSON.stringify({ cluster_name: 'c', nodes: { a: node } }));
  });
  expect(await (await signed('GET', '/_nodes/http')).json()).toEqual({
    cluster_name: 'c',
    nodes: { a: { name: 'n', version: '7.10.2' } },
  });
});

test('an engine that is away is a 502, as a load balancer would say', async () => {
  engine.closeAllConnections();
  await new Promise((resolve) => engine.close(resolve));
  expect((await bulk(body(0))).status).toBe(502);
  expect(await admin.counters()).toMatchObject({ refusals: { 'engine unreachable': 1 } });
});

test('without a backend the edge answers itself', async () => {
  await edge[Symbol.asyncDispose]();
  edge = await startEdge({ port: 0, adminPort: 0, backend: null, credentials: [CREDENTIALS] });
  admin = new EdgeAdmin(`http://127.0.0.1:${edge.adminPort}`);
  const create = body(0, 1).replaceAll('"index"', '"create"');
  const answer = (await (await bulk(create)).json()) as { items: unknown[] };
  expect(answer.items).toEqual([{ create: { status: 201 } }, { create: { status: 201 } }]);
  expect(await admin.journal('r1')).toMatchObject([{ from: 0, to: 2, status: 201 }]);
  expect(received).toEqual([]);
});
