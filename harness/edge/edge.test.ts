import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EdgeAdmin } from './admin-client.ts';
import { type Edge, startEdge } from './edge.ts';

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
    const text = Buffer.concat(chunks).toString();
    received.push({ headers: request.headers, body: text });
    const items = text.split('\n').filter((line) => line.startsWith('{"index"'));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ took: 1, errors: false, items: items.map(() => ({ index: { status: 201 } })) }));
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

async function bulk(text: string | Buffer, headers: Record<string, string> = {}, secret = 'secret'): Promise<Response> {
  const signer = new SignatureV4({
    credentials: { ...CREDENTIALS, secretAccessKey: secret },
    region: 'ap-northeast-2',
    service: 'es',
    sha256: Hash.bind(null, 'sha256') as never,
  });
  const host = `127.0.0.1:${edge.port}`;
  const signed = await signer.sign(
    new HttpRequest({ method: 'POST', path: '/_bulk', headers: { host, ...headers }, body: text }),
  );
  return fetch(`http://${host}/_bulk`, { method: 'POST', body: text as string, headers: signed.headers });
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

describe('rules', () => {
  test('a status, with AWS’s words, so many times; then the engine again', async () => {
    await admin.setRules([{ when: { first: 2 }, answer: { status: 503 } }]);
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await bulk(body(i))).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(await admin.bites()).toMatchObject([{ requests: 2 }]);
  });

  test('a delay, and a trickle that brings the whole answer', async () => {
    await admin.setRules([{ answer: { delayMs: 150 } }, { answer: { bytesPerSecond: 200 } }]);
    const started = performance.now();
    const text = await (await bulk(body(0))).text();
    expect(performance.now() - started).toBeGreaterThan(150 + 100);
    expect(JSON.parse(text).items).toHaveLength(1);
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

test('an engine that is away is a 502, as a load balancer would say', async () => {
  engine.closeAllConnections();
  await new Promise((resolve) => engine.close(resolve));
  expect((await bulk(body(0))).status).toBe(502);
  expect(await admin.counters()).toMatchObject({ refusals: { 'engine unreachable': 1 } });
});

test('without a backend the edge answers itself', async () => {
  await edge[Symbol.asyncDispose]();
  edge = await startEdge({ port: 0, adminPort: 0, backend: null, credentials: [CREDENTIALS] });
  const answer = (await (await bulk(body(0, 1))).json()) as { items: unknown[] };
  expect(answer.items).toHaveLength(2);
  expect(received).toEqual([]);
});
