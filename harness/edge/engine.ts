import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { answerFor } from './answers.ts';
import { type BulkItem, verbOf } from './bulk.ts';
import type { Flavour } from './item-errors.ts';
import type { EdgeState } from './state.ts';

/** What the engine answered, whole. */
export interface EngineAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Nobody sends more than this in one body; what is beyond the cap is read and thrown away so that the sender hears the 413. */
const MOST_BYTES = 128 * 2 ** 20;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Hands a request on to the engine, without its signature; an engine that is away is a 502, as a load balancer would say. */
export async function askEngine(
  state: EdgeState,
  agent: Agent,
  request: IncomingMessage,
  body: Buffer,
  rewritten: boolean,
): Promise<EngineAnswer> {
  if (rewritten && body.length === 0) return json({ took: 0, errors: false, items: [] });
  // Uncompressed answers, as they are looked into.
  const {
    'content-length': _length,
    'transfer-encoding': _encoding,
    authorization: _authorization,
    host: _host,
    connection: _connection,
    'accept-encoding': _accept,
    ...headers
  } = request.headers;
  if (rewritten) delete headers['content-encoding'];
  const sized = { ...headers, ...(body.length > 0 ? { 'content-length': body.length } : {}) };
  const answer = await send(state, agent, request.method ?? 'GET', request.url ?? '/', sized as never, body);
  return request.url?.startsWith('/_nodes') && answer.status === 200 ? withoutAddresses(answer) : answer;
}

/** Mode `null`: the answer that an engine would give, without one. `text` is the bulk's, empty for any other request. */
export function nullAnswer(text: string, items: readonly BulkItem[]): EngineAnswer {
  if (items.length === 0)
    return json({
      version: { number: '2.19.5', distribution: 'opensearch' },
      tagline: 'none: the edge answers itself',
    });
  return json({ took: 1, errors: false, items: items.map((item) => ({ [verbOf(text, item)]: { status: 201 } })) });
}

/** Whose words the engine speaks; OpenSearch's where it does not say, or where there is none. */
export function flavourOf(state: EdgeState, agent: Agent): Promise<Flavour> {
  state.flavour ??= state.backend === null ? Promise.resolve('opensearch') : ask(state, agent);
  return state.flavour;
}

async function ask(state: EdgeState, agent: Agent): Promise<Flavour> {
  const { status, body } = await send(state, agent, 'GET', '/', {}, Buffer.alloc(0));
  const version =
    status === 200 ? (JSON.parse(body.toString()) as { version?: { distribution?: string } }).version : {};
  // One that is away is asked again.
  if (status !== 200) state.flavour = undefined;
  return version && version.distribution !== 'opensearch' && status === 200 ? 'elasticsearch' : 'opensearch';
}

function send(
  state: EdgeState,
  agent: Agent,
  method: string,
  url: string,
  headers: Record<string, string | number>,
  body: Buffer,
): Promise<EngineAnswer> {
  return new Promise((resolve) => {
    const outgoing = httpRequest(new URL(url, state.backend!), { method, agent, headers }, (incoming) => {
      read(incoming).then(
        (whole) => resolve({ status: incoming.statusCode ?? 502, headers: plain(incoming), body: whole }),
        failed,
      );
    });
    const failed = (error: Error) => {
      state.counters.count('refusals', 'engine unreachable');
      const reason = `engine unreachable: ${error.message}`;
      state.log({ at: new Date().toISOString(), url, status: 502, reason });
      const { status, headers = {}, body } = answerFor(502);
      resolve({ status, headers, body: Buffer.from(body) });
    };
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}

/** An AWS domain hides its nodes: a client that asks for them (elasticsearch-ruby's sniffing) finds none. */
function withoutAddresses(answer: EngineAnswer): EngineAnswer {
  const body = JSON.parse(answer.body.toString()) as { nodes?: Record<string, Record<string, unknown>> };
  for (const node of Object.values(body.nodes ?? {}))
    for (const address of ['ip', 'host', 'transport_address', 'transport', 'http']) delete node[address];
  return { ...answer, body: Buffer.from(JSON.stringify(body)) };
}

/** Reads a body to its end. */
export async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MOST_BYTES) chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function json(body: object): EngineAnswer {
  return { status: 200, headers: JSON_TYPE, body: Buffer.from(JSON.stringify(body)) };
}

function plain({ headers }: IncomingMessage): Record<string, string> {
  const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...rest } = headers;
  return rest as Record<string, string>;
}
