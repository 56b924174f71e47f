import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { answerFor, type Refusal, refusalNamed, tooLarge } from './answers.ts';
import { type EngineAnswer, read } from './backend.ts';
import { type BulkItem, splitBulk } from './bulk.ts';
import { askEngine, flavourOf, nullAnswer } from './engine.ts';
import { type BulkPlan, itemRules, mergeAnswer, planBulk, statusOf } from './item-rules.ts';
import { limited } from './limited.ts';
import { breakOff, sendSlowly } from './misbehave.ts';
import type { ActiveRule } from './rule-book.ts';
import { accessKeyOf, type ReceivedRequest, refusalOf } from './signature.ts';
import type { EdgeState } from './state.ts';

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
    (await checkSignature(state, { method, url, headers: request.headers, body }, matching)) ??
    ruleAnswer(matching) ??
    (await limited(counters, matching, body.length, request.socket));
  if (refusal === 'gone') return;
  if (refusal) return refuse(state, request, response, items, refusal, matching);
  const flavour = itemRules(matching).some(({ rule }) => 'items' in rule.answer)
    ? await flavourOf(state, agent)
    : 'opensearch';
  const plan = bulk === undefined ? undefined : planBulk(bulk, items, matching, flavour);
  const answer =
    state.backend === null
      ? nullAnswer(bulk ?? '', items)
      : await askEngine(state, agent, request, plan ? Buffer.from(plan.body, 'latin1') : body, plan !== undefined);
  const final = plan ? merged(answer, plan) : answer;
  if (bulk !== undefined) note(state, items, final);
  counters.count('statuses', final.status);
  const whole = method === 'HEAD' ? Buffer.alloc(0) : final.body;
  await sendSlowly(matching, response, final.status, final.headers, whole);
}

/** The real check, by the edge's clock as the rules set it. */
async function checkSignature(
  { credentials, counters }: EdgeState,
  request: ReceivedRequest,
  matching: readonly ActiveRule[],
): Promise<Refusal | undefined> {
  const clock = matching.find(({ rule: { answer } }) => 'clockAheadMs' in answer);
  const ahead = clock && 'clockAheadMs' in clock.rule.answer ? clock.rule.answer.clockAheadMs : 0;
  const refusal = await refusalOf(request, credentials, Date.now() + ahead);
  if (!refusal) counters.countMethod(accessKeyOf(request)!, request.method);
  if (clock && refusal?.reason === 'clock skew') clock.requests++;
  return refusal;
}

function ruleAnswer(matching: readonly ActiveRule[]): Refusal | undefined {
  for (const active of matching) {
    const { answer } = active.rule;
    if (!('status' in answer || 'refusal' in answer)) continue;
    active.requests++;
    return 'refusal' in answer ? refusalNamed(answer.refusal) : answerFor(answer.status, answer.body, answer.headers);
  }
  return undefined;
}

async function refuse(
  state: EdgeState,
  request: IncomingMessage,
  response: ServerResponse,
  items: BulkItem[],
  { status, reason, body, headers = {} }: Refusal,
  matching: readonly ActiveRule[],
): Promise<void> {
  const { method, url } = request;
  state.counters.count('statuses', status);
  state.counters.count('refusals', reason);
  state.journal.note(
    items.map(({ identity }) => ({ identity, status })),
    Date.now(),
  );
  state.log({ at: new Date().toISOString(), method, url, status, reason, items: items.length });
  await sendSlowly(matching, response, status, headers, Buffer.from(body));
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
  if (status === 200)
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

function textOf(body: Buffer, encoding: string | undefined): string {
  return (encoding === 'gzip' ? gunzipSync(body) : body).toString('latin1');
}
