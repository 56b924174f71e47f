import { z } from 'zod';
import { formatBytes, formatDuration } from '../core/duration.ts';
import type { DevStack } from './stack.ts';

/** One look at a stack; what could not be read is missing. Counts are since each part's start. */
export interface LiveReading {
  /** When, ms since the epoch. */
  at: number;
  /** Lines that fluentd has read. */
  read?: number;
  /** Documents that a search finds, and the time of the newest, ms since the epoch. */
  searchable?: number;
  newestAt?: number;
  bufferBytes?: number;
  retries?: number;
  retrying?: boolean;
  /** Records that the domain never took: those in fluentd's dead letters. */
  dead?: number;
  /** Requests that the edge or the domain refused, by status. */
  refused?: Record<string, number>;
  /** Parts that did not answer. */
  silent: string[];
}

const monitored = z.object({
  plugins: z.array(
    z.object({
      plugin_id: z.string(),
      plugin_category: z.string(),
      type: z.string().nullish(),
      emit_records: z.number().nullish(),
      buffer_total_queued_size: z.number().nullish(),
      retry_count: z.number().nullish(),
      retry: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

const found = z.object({
  hits: z.object({
    total: z.object({ value: z.number() }),
    hits: z.array(z.object({ sort: z.array(z.number().nullable()).optional() })),
  }),
});

const counted = z.object({ statuses: z.record(z.string(), z.number()) });

/** The newest document of every index but the engine's own, and how many there are. */
const NEWEST = {
  size: 1,
  track_total_hits: true,
  _source: false,
  sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }],
};

/** Looks once at fluentd, the engine and the edge, side by side. */
export async function readLive(stack: Pick<DevStack, 'addresses' | 'monitor'>): Promise<LiveReading> {
  const { engine, edgeAdmin } = stack.addresses;
  const [fluentd, search, edge] = await Promise.allSettled([
    stack.monitor().then((answer) => ofMonitor(monitored.parse(answer))),
    ask(`${engine}/*,-.*/_search`, NEWEST).then((answer) => ofSearch(found.parse(answer))),
    ask(`${edgeAdmin}/counters`).then((answer) => ofEdge(counted.parse(answer))),
  ]);
  const silent = Object.entries({ fluentd, engine: search, edge }).flatMap(([part, { status }]) =>
    status === 'rejected' ? [part] : [],
  );
  const told = [fluentd, search, edge].map((one) => (one.status === 'fulfilled' ? one.value : {}));
  return Object.assign({ at: Date.now(), silent }, ...told);
}

function ofMonitor({ plugins }: z.infer<typeof monitored>): Partial<LiveReading> {
  const of = (some: typeof plugins, key: 'emit_records' | 'buffer_total_queued_size' | 'retry_count') =>
    some.reduce((sum, one) => sum + (one[key] ?? 0), 0);
  const dead = plugins.filter(({ plugin_id }) => plugin_id === 'dead_letters');
  const outputs = plugins.filter((one) => one.plugin_category === 'output' && !dead.includes(one));
  const tails = plugins.filter(({ plugin_category, type }) => plugin_category === 'input' && type?.startsWith('tail'));
  return {
    read: of(tails, 'emit_records'),
    bufferBytes: of(outputs, 'buffer_total_queued_size'),
    retries: of(outputs, 'retry_count'),
    retrying: outputs.some(({ retry }) => Object.keys(retry ?? {}).length > 0),
    dead: of(dead, 'emit_records'),
  };
}

function ofSearch({ hits }: z.infer<typeof found>): Partial<LiveReading> {
  const newest = hits.hits[0]?.sort?.[0];
  return { searchable: hits.total.value, ...(typeof newest === 'number' ? { newestAt: newest } : {}) };
}

function ofEdge({ statuses }: z.infer<typeof counted>): Partial<LiveReading> {
  // 404 and 409 are answers, not refusals: an index that is not there yet, a document that is.
  const refused = Object.entries(statuses).filter(
    ([status]) => Number(status) >= 400 && !['404', '409'].includes(status),
  );
  return { refused: Object.fromEntries(refused) };
}

async function ask(url: string, body?: unknown): Promise<unknown> {
  const sent =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, { ...sent, signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.json();
}

/** The live line: what two readings tell, the older one some seconds before. */
export function liveLine(before: LiveReading | undefined, now: LiveReading): string {
  const seconds = before ? (now.at - before.at) / 1000 : 0;
  // A reload begins fluentd's counts anew.
  const fresh =
    before?.read !== undefined && now.read !== undefined && now.read >= before.read
      ? now.read - before.read
      : undefined;
  const rate = fresh === undefined || seconds <= 0 ? '–' : (fresh / seconds).toFixed(fresh / seconds < 10 ? 1 : 0);
  const lag = now.newestAt === undefined || fresh === 0 ? '–' : formatDuration(Math.max(0, now.at - now.newestAt));
  const refused = Object.entries(now.refused ?? {}).map(([status, count]) => `${status} × ${count}`);
  const errors = [...refused, ...(now.dead ? [`${now.dead} dead letters`] : [])];
  return [
    `${rate} lines/s in`,
    `${now.searchable?.toLocaleString('en') ?? '–'} searchable`,
    `lag ${lag}`,
    `buffer ${now.bufferBytes === undefined ? '–' : formatBytes(now.bufferBytes)}`,
    `${now.retries ?? '–'} retries${isRetrying(before, now) ? ' (retrying)' : ''}`,
    errors.length > 0 ? `errors: ${errors.join(', ')}` : 'no errors',
    ...(now.silent.length > 0 ? [`no answer from ${now.silent.join(', ')}`] : []),
  ].join(' · ');
}

/** From 1.20 on fluentd counts retries but keeps to itself whether one is due: then it is that their number grows while something waits. */
function isRetrying(before: LiveReading | undefined, { retrying, retries, bufferBytes }: LiveReading): boolean {
  if (retrying) return true;
  return before?.retries !== undefined && (retries ?? 0) > before.retries && (bufferBytes ?? 0) > 0;
}
