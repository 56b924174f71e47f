import { type AddressInfo, createServer, type Server } from 'node:net';
import { Hash } from '@smithy/hash-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EdgeDomain } from '../kube/edge-domain.ts';
import { EdgeHere } from './edge-here.ts';

const FIRST = { accessKeyId: 'AKIDFIRST', secretAccessKey: 'secret' };
const SECOND = { accessKeyId: 'AKIDSECOND', secretAccessKey: 'secret' };
const STREAM = 'pod.0.0';

let edge: EdgeHere;
let door: Server;
let domain: EdgeDomain;

/** Pods' way to the edge: a door that hands connections on. */
beforeEach(async () => {
  edge = await EdgeHere.start({ port: 0, adminPort: 0, backend: null, credentials: [FIRST] });
  domain = new EdgeDomain(edge.adminUrl, [FIRST]);
  door = createServer((socket) => edge.take(socket, false));
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  door.close();
  await edge[Symbol.asyncDispose]();
});

/** The status of a bulk with one record, signed with a key; `broken` where the connection ended without an answer. */
async function send(seq: number, credentials = FIRST): Promise<number | 'broken'> {
  const host = `127.0.0.1:${(door.address() as AddressInfo).port}`;
  const sha256 = Hash.bind(null, 'sha256') as never;
  const signer = new SignatureV4({ credentials, region: 'ap-northeast-2', service: 'es', sha256 });
  const body = `{"create":{"_index":"logs"}}\n{"id":"r1/${STREAM}/${String(seq).padStart(9, '0')}"}\n`;
  const headers = { host, connection: 'close' };
  const request = await signer.sign(new HttpRequest({ method: 'POST', path: '/_bulk', headers, body }));
  return fetch(`http://${host}/_bulk`, { method: 'POST', body, headers: request.headers }).then(
    ({ status }) => status,
    () => 'broken',
  );
}

const arrived = async () => (await domain.arrivals('r1')).map(({ from, status }) => [from, status]);

test('an edge that is killed breaks off what waits for an answer, is away, and remembers everything afterwards', async () => {
  await domain.admit([SECOND]);
  await domain.rule([{ when: { first: 1 }, answer: { status: 503 } }], 'refusing');
  expect(await send(0, SECOND)).toBe(503);
  expect(await send(1, SECOND)).toBe(200);
  await domain.rule([], 'refusing');
  await domain.rule([{ answer: { drop: { seqs: [{ from: 7, to: 8 }] } } }], 'dropping');
  const waiting = send(2, SECOND);
  const meanwhile: unknown[] = [];
  const told = await domain.outlive('r1', edge, async () => {
    meanwhile.push(await waiting, await send(3, SECOND));
  });
  expect(told).toMatch(
    /^the edge was killed with 1 answer still to be given \(every connection broken off\), and answered again after \d+\.\ds$/,
  );
  expect(meanwhile).toEqual(['broken', 'broken']);
  expect([await send(2, SECOND), await send(4, FIRST), await send(7, SECOND)]).toEqual([200, 403, 200]);
  expect(await arrived()).toEqual([
    [0, 503],
    [1, 201],
    [2, 201],
    [2, 201],
    [4, 403],
    [7, 201],
  ]);
  const { requests, refused, raw } = await domain.counters();
  expect({ requests, refused }).toEqual({ requests: 6, refused: { 403: 1, 503: 1 } });
  expect(raw.methods).toEqual({ AKIDSECOND: { POST: 5 } });
  expect((await domain.bites('refusing')).count).toBe(1);
  expect((await domain.bites()).dropped).toEqual([{ stream: STREAM, from: 7, to: 8 }]);
});

test('what came between the last look and the end is known to be forgotten, until another deployment has the edge', async () => {
  expect(domain.forgotten()).toEqual([]);
  const before = Date.now();
  void send(0);
  await domain.outlive('r1', edge, async () => {});
  const [span, ...more] = domain.forgotten();
  expect(more).toEqual([]);
  expect(span!.from).toBeGreaterThanOrEqual(before);
  expect(span!.to).toBeGreaterThanOrEqual(span!.from);
  await domain.reset([FIRST]);
  expect([domain.forgotten(), await arrived(), (await domain.counters()).requests]).toEqual([[], [], 0]);
});

test('killed twice, it remembers both lives', async () => {
  for (const seq of [0, 1]) {
    void send(seq);
    await domain.outlive('r1', edge, async () => {});
  }
  expect(await arrived()).toEqual([
    [0, 201],
    [1, 201],
  ]);
  expect((await domain.counters()).requests).toBe(2);
});

test('without a bulk on its way nothing is killed, and nothing is held back afterwards', async () => {
  const told = await domain.outlive('r1', edge, () => Promise.reject(new Error('was killed')), 200);
  expect(told).toBeUndefined();
  const asked = performance.now();
  expect(await send(0)).toBe(200);
  expect(performance.now() - asked).toBeLessThan(4000);
});

test('it is up again also where what was to be seen meanwhile fails', async () => {
  void send(0);
  await expect(domain.outlive('r1', edge, () => Promise.reject(new Error('not seen')))).rejects.toThrow('not seen');
  expect(await send(1)).toBe(200);
});
