import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { EmbeddedStore } from './embedded-store.ts';

/** Which engine the store answers as when it is asked for its version. */
export type Posing = 'opensearch' | 'elasticsearch';

/** A store that answers over HTTP. */
export interface StoreServer extends AsyncDisposable {
  url: string;
}

/** The versions that the other targets run. */
const VERSIONS: Record<Posing, object> = {
  opensearch: { number: '2.19.5', distribution: 'opensearch', build_type: 'embedded' },
  elasticsearch: { number: '7.10.2', build_flavor: 'oss', lucene_version: '8.7.0' },
};

/** Serves the calls that fluentd's outputs make: `POST /_bulk` and `/{index}/_bulk`, `GET /` and `HEAD /`; 404 for all else. On the loopback. */
export async function serveStore(store: EmbeddedStore, posing: Posing): Promise<StoreServer> {
  const server = createServer((request, response) => {
    answer(store, posing, request, response).catch((error: Error) => {
      if (!response.headersSent) reply(response, 400, problem(400, 'illegal_argument_exception', error.message));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  store: EmbeddedStore,
  posing: Posing,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://store');
  const [first, second] = pathname.split('/').filter(Boolean);
  const body = await read(request);
  if (first === undefined)
    return reply(response, 200, {
      name: 'embedded',
      cluster_name: 'embedded',
      version: VERSIONS[posing],
      tagline: 'You Know, for Search',
    });
  const index = first === '_bulk' ? undefined : second === '_bulk' ? decodeURIComponent(first) : null;
  if (index === null || request.method !== 'POST')
    return reply(response, 404, problem(404, 'not_found', `the embedded store has no ${request.method} ${pathname}`));
  const started = performance.now();
  const { items, verbs } = itemsOf(
    (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString(),
    index,
    posing,
  );
  const type = posing === 'elasticsearch' ? { _type: '_doc' } : {};
  const answers = store.bulk(items).map((one, i) => ({ [verbs[i]!]: { ...type, ...one } }));
  const errors = answers.some((one) => Object.values(one)[0]!.error);
  reply(response, 200, { took: Math.round(performance.now() - started), errors, items: answers });
}

/** The items of a bulk body; throws with the line's number where it is none. */
function itemsOf(text: string, index: string | undefined, posing: Posing) {
  const items: Parameters<EmbeddedStore['bulk']>[0][number][] = [];
  const verbs: string[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('The bulk request must be terminated by a newline [\\n]');
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1;
    const [verb, meta] = Object.entries(actionOf(lines[i]!, line))[0] ?? [];
    if (verb === undefined || !['index', 'create', 'delete'].includes(verb) || meta === undefined)
      throw new Error(`Malformed action/metadata line [${line}], expected index, create or delete`);
    // OpenSearch 2 knows no mapping types any more.
    if (posing === 'opensearch' && meta._type !== undefined)
      throw new Error(`Action/metadata line [${line}] contains an unknown parameter [_type]`);
    const to = meta._index ?? index;
    if (to === undefined) throw new Error(`Validation Failed: ${line}: index is missing`);
    const source = verb === 'delete' ? '' : lines[++i];
    if (source === undefined) throw new Error(`Malformed bulk: no source after line [${line}]`);
    items.push({ verb, index: to, id: meta._id, source });
    verbs.push(verb);
  }
  return { items, verbs };
}

function actionOf(text: string, line: number): Record<string, { _index?: string; _id?: string; _type?: string }> {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`Malformed action/metadata line [${line}], expected a JSON object, found: ${text.slice(0, 60)}`);
  }
}

function problem(status: number, type: string, reason: string): object {
  return { error: { root_cause: [{ type, reason }], type, reason }, status };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=UTF-8', 'x-elastic-product': 'Elasticsearch' })
    .end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
