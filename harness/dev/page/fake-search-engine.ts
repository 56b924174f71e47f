import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A document as the engine keeps it. */
export type FakeDocument = Record<string, unknown> & { '@timestamp': string };

interface Query {
  bool?: { filter: Query[] };
  range?: { '@timestamp': { gte?: string; lt?: string; lte?: string } };
  term?: Record<string, string>;
  simple_query_string?: { query: string };
}

interface Search {
  query?: Query;
  size?: number;
  search_after?: (number | string)[];
  sort?: Record<string, object>[];
  aggs?: object;
}

/** An engine for tests of the page: the few queries that the page makes, over documents in memory. */
export async function fakeSearchEngine() {
  const documents: FakeDocument[] = [];
  const asked: { what: string; body: Search }[] = [];
  /** What the engine answers in place of hits, and how late, ms. */
  const mood = { refuses: undefined as string | undefined, lateMs: 0 };
  let givenUp = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Search;
    const what = request.url!.match(/_search|_count/)?.[0] ?? request.url!;
    asked.push({ what, body });
    const answer = () => {
      const refused = { error: { type: 'test', reason: mood.refuses } };
      const found = documents.map((source, n) => ({ source, n })).filter(({ source }) => matches(source, body.query));
      const good = what === '_count' ? { count: found.length } : hitsOf(found, body);
      response.writeHead(mood.refuses ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(mood.refuses ? refused : good));
    };
    if (mood.lateMs === 0 || what === '_count') return answer();
    const timer = setTimeout(answer, mood.lateMs);
    response.on('close', () => {
      if (response.writableEnded) return;
      givenUp++;
      clearTimeout(timer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    documents,
    asked,
    mood,
    /** Searches whose asker went away. */
    givenUp: () => givenUp,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type FakeSearchEngine = Awaited<ReturnType<typeof fakeSearchEngine>>;

function hitsOf(found: { source: FakeDocument; n: number }[], search: Search): object {
  const { size = 10, search_after: after, aggs, sort: by = [] } = search;
  const placeOf = (name: string, source: FakeDocument, n: number) =>
    name === '@timestamp' ? Date.parse(source['@timestamp']) : name === '_seq_no' ? n : 'logstash-1';
  const names = by.flatMap((one) => Object.keys(one));
  const placed = found
    .map(({ source, n }) => ({ source, n, sort: names.map((name) => placeOf(name, source, n)) }))
    .toSorted((a, b) => inOrder(b.sort, a.sort));
  // As in an engine: what is level with the place is not behind it.
  const behind = placed.filter(({ sort }) => !after || inOrder(sort, after) < 0);
  const hits = behind
    .slice(0, size)
    .map(({ source, n, sort }) => ({ _index: 'logstash-1', _id: String(n), _source: source, sort }));
  const values = (field: string) => {
    const groups = Map.groupBy(found, ({ source }) => source[field]);
    return {
      buckets: Array.from(groups, ([key, { length }]) => ({ key, doc_count: length })).filter(
        ({ key }) => key !== undefined,
      ),
    };
  };
  const minutes = Map.groupBy(found, ({ source }) => Math.floor(Date.parse(source['@timestamp']) / 60_000) * 60_000);
  const times = Array.from(minutes, ([key, { length }]) => ({ key, doc_count: length })).toSorted(
    (a, b) => a.key - b.key,
  );
  return {
    timed_out: false,
    hits: { total: { value: found.length, relation: 'eq' }, hits },
    ...(aggs
      ? {
          aggregations: {
            levels: values('level'),
            logNames: values('@log_name'),
            times: { buckets: times, interval: '1m' },
          },
        }
      : {}),
  };
}

function matches(source: FakeDocument, query: Query = {}): boolean {
  const { bool, range, term, simple_query_string: words } = query;
  if (bool) return bool.filter.every((one) => matches(source, one));
  const at = Date.parse(source['@timestamp']);
  const time = (text: string) => (text === 'now' ? Date.now() : Date.parse(text));
  const { gte, lt, lte } = range?.['@timestamp'] ?? {};
  if (gte && at < time(gte)) return false;
  if (lt && at >= time(lt)) return false;
  if (lte && at > time(lte)) return false;
  if (!Object.entries(term ?? {}).every(([name, value]) => source[name.replace('.keyword', '')] === value))
    return false;
  const text = JSON.stringify(source).toLowerCase();
  return (words?.query.toLowerCase().split(' ') ?? []).every((word) => {
    const [, not, plain] = word.match(/^(-?)"?(.*?)[*"]?$/) ?? [];
    return text.includes(plain!) !== (not === '-');
  });
}

function inOrder(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  if (at < 0) return 0;
  return a[at]! < b[at]! ? -1 : 1;
}
