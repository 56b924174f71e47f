import { type Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { answerFor, type Refusal, tooLarge } from './answers.ts';
import { type BulkItem, splitBulk } from './bulk.ts';
import { type BulkPlan, mergeAnswer, planBulk, statusOf } from './item-rules.ts';
import { breakOff, sendSlowly } from './misbehave.ts';
import type { ActiveRule } from './rule-book.ts';
import { refusalOf } from './signature.ts';
import type { EdgeState } from './state.ts';

/** Nobody sends more than this in one body; what is beyond the cap is read and thrown away so that the sender hears the 413. */
const MOST_BYTES = 128 * 2 ** 20;

interface EngineAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Handles one request as the domain's front door would: signature, cap, rules, engine. */
export async function handle(
  state: EdgeState,
  agent: Agent,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { counters, rules } = state;
  counters.requests++;
  const url = request.url ?? '/';
  const method = request.method ?? 'GET';
  const matching = rules.matching(method, url);
  if (await breakOff(matching, request)) return;
  const body = await read(request);
  counters.bytes += body.length;
  counters.largestBodyBytes = Math.max(counters.largestBodyBytes, body.length);
  const bulk = url.includes('_bulk') ? textOf(body, request.headers['content-encoding']) : undefined;
  const items = bulk === undefined ? [] : splitBulk(bulk);
  counters.items += items.length;
  const refusal =
    (body.length > state.capBytes ? tooLarge(state.capBytes) : undefined) ??
    (await refusalOf({ method, url, headers: request.headers, body }, state.credentials)) ??
    ruleAnswer(matching);
  if (refusal) return refuse(state, request, response, items, refusal, matching);
  const plan = bulk === undefined ? undefined : planBulk(bulk, items, matching);
  const answer = await askEngine(
    state,
    agent,
    request,
    plan ? Buffer.from(plan.body, 'latin1') : body,
    plan !== undefined,
    items,
  );
  const final = plan ? merged(answer, plan) : answer;
  if (bulk !== undefined) note(state, items, final);
  counters.count('statuses', final.status);
  await sendSlowly(
    matching,
    response,
    final.status,
    final.headers,
    request.method === 'HEAD' ? Buffer.alloc(0) : final.body,
  );
}

function ruleAnswer(matching: readonly ActiveRule[]): Refusal | undefined {
  for (const active of matching) {
    const { answer } = active.rule;
    if (!('status' in answer)) continue;
    active.requests++;
    return answerFor(answer.status, answer.body, answer.headers);
  }
  return undefined;
}

async function refuse(
  state: EdgeState,
  request: IncomingMessage,
  response: ServerResponse,
  items: BulkItem[],
  refusal: Refusal,
  matching: readonly ActiveRule[],
): Promise<void> {
  const { status, reason, body, headers } = refusal;
  state.counters.count('statuses', status);
  state.counters.count('refusals', reason);
  state.journal.note(
    items.map(({ identity }) => ({ identity, status })),
    Date.now(),
  );
  state.log({
    at: new Date().toISOString(),
    method: request.method,
    url: request.url,
    status,
    reason,
    items: items.length,
  });
  const type = body.startsWith('{') ? 'application/json' : 'text/html';
  await sendSlowly(matching, response, status, { 'content-type': type, ...headers }, Buffer.from(body));
}

async function askEngine(
  state: EdgeState,
  agent: Agent,
  request: IncomingMessage,
  body: Buffer,
  rewritten: boolean,
  items: readonly BulkItem[],
): Promise<EngineAnswer> {
  if (state.backend === null) return nullAnswer(request, items);
  if (rewritten && body.length === 0)
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"took":0,"errors":false,"items":[]}'),
    };
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
  return new Promise((resolve) => {
    const outgoing = httpRequest(
      new URL(request.url ?? '/', state.backend!),
      {
        method: request.method,
        agent,
        headers: { ...headers, ...(body.length > 0 ? { 'content-length': body.length } : {}) },
      },
      (incoming) => {
        read(incoming).then(
          (whole) => resolve({ status: incoming.statusCode ?? 502, headers: plain(incoming), body: whole }),
          failed,
        );
      },
    );
    const failed = (error: Error) => {
      state.counters.count('refusals', 'engine unreachable');
      state.log({
        at: new Date().toISOString(),
        url: request.url,
        status: 502,
        reason: `engine unreachable: ${error.message}`,
      });
      resolve({ status: 502, headers: { 'content-type': 'text/html' }, body: Buffer.from(answerFor(502).body) });
    };
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}

function merged(answer: EngineAnswer, plan: BulkPlan): EngineAnswer {
  if (answer.status !== 200) return answer;
  return {
    ...answer,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(mergeAnswer(JSON.parse(answer.body.toString()), plan))),
  };
}

/** Notes what became of a bulk's records; the answer is only taken apart when it tells of errors. */
function note(state: EdgeState, items: readonly BulkItem[], { status, body }: EngineAnswer): void {
  const statuses = status === 200 ? itemStatuses(body, items.length) : items.map(() => status);
  for (const one of new Set(statuses))
    state.counters.count('itemStatuses', one, statuses.filter((other) => other === one).length);
  state.journal.note(
    items.map(({ identity }, i) => ({ identity, status: statuses[i] ?? 0 })),
    Date.now(),
  );
}

function itemStatuses(body: Buffer, count: number): number[] {
  const head = body.subarray(0, 200).toString('latin1');
  if (/"errors"\s*:\s*false/.test(head)) return Array.from({ length: count }, () => 201);
  const { items = [] } = JSON.parse(body.toString()) as { items?: object[] };
  return items.map(statusOf);
}

/** Mode `null`: the answer that an engine would give, without one. */
function nullAnswer(request: IncomingMessage, items: readonly BulkItem[]): EngineAnswer {
  const json = (body: object) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  });
  if (!request.url?.includes('_bulk')) return json({ version: { number: '2.19.5', distribution: 'opensearch' } });
  return json({ took: 1, errors: false, items: items.map(() => ({ index: { status: 201 } })) });
}

function textOf(body: Buffer, encoding: string | undefined): string {
  return (encoding === 'gzip' ? gunzipSync(body) : body).toString('latin1');
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MOST_BYTES) chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function plain({ headers }: IncomingMessage): Record<string, string> {
  const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...rest } = headers;
  return rest as Record<string, string>;
}
