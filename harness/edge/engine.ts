import type { Agent, IncomingMessage } from 'node:http';
import { type EngineAnswer, send } from './backend.ts';
import { type BulkItem, verbOf } from './bulk.ts';
import type { Flavour } from './item-errors.ts';
import type { EdgeState } from './state.ts';

/** Says how a connection is used, or by whom: not for the one to the engine. Answers come uncompressed, as they are looked into. */
const NOT_PASSED_ON =
  /^(authorization|x-amz-.*|host|content-length|transfer-encoding|connection|keep-alive|expect|te|trailer|upgrade|accept-encoding)$/;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Hands a request on to the engine, without the signature that it came with. */
export async function askEngine(
  state: EdgeState,
  agent: Agent,
  request: IncomingMessage,
  body: Buffer,
  rewritten: boolean,
): Promise<EngineAnswer> {
  if (rewritten && body.length === 0) return json({ took: 0, errors: false, items: [] });
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !NOT_PASSED_ON.test(name)));
  if (rewritten) delete headers['content-encoding'];
  const sized = { ...headers, ...(body.length > 0 ? { 'content-length': body.length } : {}) };
  const answer = await send(state, agent, {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: sized,
    body,
  });
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
  const { status, body } = await send(state, agent, { method: 'GET', url: '/', headers: {}, body: Buffer.alloc(0) });
  const version =
    status === 200 ? (JSON.parse(body.toString()) as { version?: { distribution?: string } }).version : {};
  // One that is away is asked again.
  if (status !== 200) state.flavour = undefined;
  return version && version.distribution !== 'opensearch' && status === 200 ? 'elasticsearch' : 'opensearch';
}

/** An AWS domain hides its nodes: a client that asks for them (elasticsearch-ruby's sniffing) finds none. */
function withoutAddresses(answer: EngineAnswer): EngineAnswer {
  const body = JSON.parse(answer.body.toString()) as { nodes?: Record<string, Record<string, unknown>> };
  for (const node of Object.values(body.nodes ?? {}))
    for (const address of ['ip', 'host', 'transport_address', 'transport', 'http']) delete node[address];
  return { ...answer, body: Buffer.from(JSON.stringify(body)) };
}

function json(body: object): EngineAnswer {
  return { status: 200, headers: JSON_TYPE, body: Buffer.from(JSON.stringify(body)) };
}
