import { randomBytes } from 'node:crypto';
import { ConditionTimeout, type Observation, until } from '../core/condition.ts';
import { recordId, recordLine } from '../core/record.ts';
import { EdgeAdmin } from '../edge/admin-client.ts';
import { ofRun, searchDocuments } from './engine-api.ts';
import { positionReader } from './position.ts';
import { runningConf } from './running-conf.ts';
import type { DevStack } from './stack.ts';

/** Where a record comes by: in the file, behind fluentd's position in it, at the domain, found by a search. */
export const PROBE_STAGES = ['written', 'read', 'accepted', 'searchable'] as const;
export type ProbeStage = (typeof PROBE_STAGES)[number];

export interface ProbeOptions {
  /** How long the record may be on its way, ms; 30,000 unless told. */
  withinMs?: number;
  signal?: AbortSignal | undefined;
}

/** How far one record came, and when. */
export interface ProbeResult {
  /** The record's id, and its document's where the pipeline takes ids from records. */
  id: string;
  /** ms since it was to be written, an upper bound; undefined: it was not seen there in time, and `saw` tells what was. */
  stages: { stage: ProbeStage; afterMs: number | undefined; saw?: string }[];
  searchableMs: number | undefined;
  /** The index that it was found in. */
  index?: string;
}

/** When a probe was seen at a stage, ms since it was to be written; undefined: it was not. */
export function afterOf({ stages }: ProbeResult, wanted: ProbeStage): number | undefined {
  return stages.find(({ stage }) => stage === wanted)?.afterMs;
}

/** What every probe's run begins with: who reads the file knows whose line it is. */
export const PROBE_RUN = 'probe';

/** Writes one record into the application's file and follows it until a search finds it, or the time is over. Throws where it can't be written. */
export async function probe(stack: DevStack, options: ProbeOptions = {}): Promise<ProbeResult> {
  const { withinMs = 30_000, signal } = options;
  const run = PROBE_RUN + Date.now().toString(36) + randomBytes(3).toString('hex');
  const identity = { run, stream: 'probe.0.0', seq: 0 };
  const position = await positionReader(stack, (await runningConf(stack)).positions);
  const [begun, at] = [performance.now(), Date.now()];
  const since = () => performance.now() - begun;
  await stack.write(recordLine('json', identity, new Date(at).toISOString(), 40));
  const writtenMs = since();
  const edge = new EdgeAdmin(stack.addresses.edgeAdmin);
  // What a search finds needs no more to be seen elsewhere.
  const found = new AbortController();
  const stop = signal ? AbortSignal.any([signal, found.signal]) : found.signal;
  const wait = async <T>(name: string, look: () => Promise<Observation<T>>): Promise<Reached<T>> => {
    try {
      const value = await until({ name, look: () => bravely(look) }, { withinMs, everyMs: 50, signal: stop });
      return { afterMs: since(), value };
    } catch (error) {
      if (error instanceof ConditionTimeout) return { afterMs: undefined, saw: error.saw };
      if (found.signal.aborted && !signal?.aborted) return { afterMs: undefined };
      throw error;
    }
  };
  const [read, accepted, searchable] = await Promise.all([
    wait('fluentd to read the probe', () => position.passed(run)),
    wait('the domain to take the probe', () => taken(edge, run)),
    wait('a search to find the probe', () => searched(stack.addresses.engine, run, signal)).then((one) => {
      if (one.afterMs !== undefined) found.abort();
      return one;
    }),
  ]);
  const stages = inOrder([
    { stage: 'written', afterMs: writtenMs },
    named('read', read),
    named('accepted', accepted),
    named('searchable', searchable),
  ]);
  return {
    id: recordId(identity),
    stages,
    searchableMs: searchable.afterMs,
    ...(searchable.value ? { index: searchable.value } : {}),
  };
}

interface Reached<T> {
  afterMs: number | undefined;
  value?: T;
  saw?: string;
}

/** A part that does not answer is something that is seen: the other stages go on. */
async function bravely<T>(look: () => Promise<Observation<T>>): Promise<Observation<T>> {
  try {
    return await look();
  } catch (error) {
    const { message, cause } = error as Error;
    return { met: false, saw: `${message}${cause instanceof Error ? `: ${cause.message}` : ''}` };
  }
}

async function taken(edge: EdgeAdmin, run: string): Promise<Observation<true>> {
  const statuses = (await edge.journal(run)).map(({ status }) => status);
  // 409: "create" of a document that is there.
  if (statuses.some((status) => (status >= 200 && status < 300) || status === 409)) return { met: true, value: true };
  if (statuses.length === 0) return { met: false, saw: 'the domain has not answered any request with it' };
  const times = statuses.length > 1 ? `, ${statuses.length} times` : '';
  return { met: false, saw: `the domain refused it with ${[...new Set(statuses)].join(', ')}${times}` };
}

async function searched(engine: string, run: string, signal: AbortSignal | undefined): Promise<Observation<string>> {
  const [document] = await searchDocuments(engine, ofRun(run), { signal });
  return document ? { met: true, value: document.index } : { met: false, saw: 'no search finds it' };
}

function named(stage: ProbeStage, { afterMs, saw }: Reached<unknown>): ProbeResult['stages'][number] {
  return { stage, afterMs, ...(saw === undefined ? {} : { saw }) };
}

/** What came by a later stage has come by this one: its time is no later. */
function inOrder(stages: ProbeResult['stages']): ProbeResult['stages'] {
  return stages.map((one, i) => {
    const times = stages.slice(i).flatMap(({ afterMs }) => afterMs ?? []);
    return times.length > 0 ? { stage: one.stage, afterMs: Math.min(...times) } : one;
  });
}
