import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { recordId } from '../core/record.ts';
import type { Document } from '../core/target.ts';
import { EmbeddedStore } from './embedded-store.ts';
import { type Posing, type StoreServer, serveStore } from './store-server.ts';

const opened: StoreServer[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server[Symbol.asyncDispose]();
});

async function storeAs(posing: Posing = 'opensearch') {
  const store = new EmbeddedStore();
  const server = await serveStore(store, posing);
  opened.push(server);
  const post = async (path: string, lines: unknown[], headers: Record<string, string> = {}) => {
    const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
    const body = headers['content-encoding'] ? gzipSync(text) : text;
    const response = await fetch(server.url + path, { method: 'POST', body, headers });
    return { status: response.status, answer: (await response.json()) as never as Bulk };
  };
  return { store, server, post };
}

interface Bulk {
  errors: boolean;
  items: Record<string, { _id: string; _type?: string; status: number; result?: string; error?: { type: string } }>[];
  error?: { reason: string };
}

const id = (seq: number, run = 'r1') => recordId({ run, stream: 'pod.1', seq });
const create = (seq: number) => [{ create: { _index: 'logstash', _id: id(seq) } }, { id: id(seq), message: '로그 ✓' }];
const all = async (store: EmbeddedStore, run: string) => {
  const documents: Document[] = [];
  await store.read(run, (page) => documents.push(...page));
  return documents;
};

describe('a bulk', () => {
  test('creates once: the second try is 409 and changes nothing', async () => {
    const { store, post } = await storeAs();
    expect((await post('/_bulk', [...create(0), ...create(1)])).answer).toMatchObject({
      errors: false,
      items: [{ create: { _id: id(0), status: 201, result: 'created' } }, { create: { status: 201 } }],
    });
    const { answer } = await post('/_bulk', [
      { create: { _index: 'logstash', _id: id(1) } },
      { id: id(1), message: 'x' },
      ...create(2),
    ]);
    expect(answer.errors).toBe(true);
    expect(answer.items.map(({ create }) => [create!.status, create!.error?.type])).toEqual([
      [409, 'version_conflict_engine_exception'],
      [201, undefined],
    ]);
    expect(await store.count('r1')).toBe(3);
    expect((await all(store, 'r1'))[1]).toEqual({
      index: 'logstash',
      id: id(1),
      source: { id: id(1), message: '로그 ✓' },
    });
  });

  test('index overwrites what has its id, and gives an id of its own to what has none', async () => {
    const { store, post } = await storeAs('elasticsearch');
    const one = [{ index: { _id: 'a', _type: '_doc' } }, { message: `x ${id(7)} y` }];
    const none = [{ index: {} }, { message: `x ${id(7)} y` }];
    const { answer } = await post('/logs/_bulk', [...one, ...one, ...none, ...none], { 'content-encoding': 'gzip' });
    expect(answer.items.map(({ index }) => [index!.status, index!.result, index!._type])).toEqual([
      [201, 'created', '_doc'],
      [200, 'updated', '_doc'],
      [201, 'created', '_doc'],
      [201, 'created', '_doc'],
    ]);
    expect(await store.count('r1')).toBe(3);
    expect(store.indices()).toEqual([{ index: 'logs', documents: 3 }]);
  });

  test('deletes', async () => {
    const { store, post } = await storeAs();
    const gone = { delete: { _index: 'logstash', _id: id(0) } };
    const { answer } = await post('/_bulk', [...create(0), gone, gone]);
    expect(answer.items.slice(1).map((item) => item['delete']!.status)).toEqual([200, 404]);
    expect(await store.count('r1')).toBe(0);
  });

  test('a source that is no object is refused alone, with 400', async () => {
    const { store, post } = await storeAs();
    const { answer } = await post('/_bulk', [{ create: { _index: 'i' } }, '[1]', ...create(1)]);
    expect(answer.items.map(({ create }) => create!.status)).toEqual([400, 201]);
    expect(await store.count('r1')).toBe(1);
  });

  test.each<[string, Posing, unknown[], RegExp]>([
    [
      'a line that is no action',
      'opensearch',
      [{ update: { _index: 'i' } }, {}],
      /Malformed action\/metadata line \[1\]/,
    ],
    ['no JSON', 'opensearch', ['nonsense', '{}'], /line \[1\], expected a JSON object/],
    ['no index', 'opensearch', [{ index: {} }, {}], /index is missing/],
    ['no source', 'opensearch', [{ index: { _index: 'i' } }], /no source after line \[1\]/],
    [
      'a mapping type, as OpenSearch',
      'opensearch',
      [{ index: { _index: 'i', _type: '_doc' } }, {}],
      /unknown parameter \[_type\]/,
    ],
  ])('with %s is refused whole', async (_name, posing, lines, reason) => {
    const { store, post } = await storeAs(posing);
    const { status, answer } = await post('/_bulk', lines);
    expect(status).toBe(400);
    expect(answer.error!.reason).toMatch(reason);
    expect(store.indices()).toEqual([]);
  });
});

test.each<[Posing, object]>([
  ['opensearch', { number: '2.19.5', distribution: 'opensearch' }],
  ['elasticsearch', { number: '7.10.2', build_flavor: 'oss' }],
])('as %s it tells its version, and 404 for what it has not', async (posing, version) => {
  const { server } = await storeAs(posing);
  expect(await (await fetch(server.url)).json()).toMatchObject({ version });
  expect((await fetch(`${server.url}/_cat/indices`)).status).toBe(404);
});

test('runs are told apart; a clear takes all', async () => {
  const { store, post } = await storeAs();
  await post('/_bulk', [
    ...create(0),
    { index: { _index: 'i' } },
    { id: id(0, 'r2') },
    { index: { _index: 'i' } },
    { message: 'stranger' },
  ]);
  expect([await store.count('r1'), await store.count('r2'), await store.count('r')]).toEqual([1, 1, 0]);
  await store.clear();
  expect(await all(store, 'r1')).toEqual([]);
});

test('more than a page is read in pages', async () => {
  const store = new EmbeddedStore();
  store.bulk(
    Array.from({ length: 25_000 }, (_, seq) => ({
      verb: 'create',
      index: 'i',
      id: id(seq),
      source: JSON.stringify({ id: id(seq) }),
    })),
  );
  const pages: number[] = [];
  await store.read('r1', (page) => pages.push(page.length));
  expect(pages).toEqual([10_000, 10_000, 5_000]);
});
