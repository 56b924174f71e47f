import { askEngine, EngineTrouble } from './engine.ts';
import type { Count, Cursor, Hit, HitPage, Overview, Wanted } from './messages.ts';

/** Hits of one page. */
export const PAGE_SIZE = 100;
/** Bars that documents over time are shown in, at most. */
const BUCKETS = 60;
/** Values of a field that are offered to choose from. */
const VALUES = 50;
/** Longest that the engine works for an answer; what it has by then is not the answer, and is said to be missing. */
const WITHIN = '15s';

/**
 * Newest first. The time alone would lose documents between two pages: many have the same. `_seq_no` is unique within a shard, and an index of fluentd's has one
 * where the engine is as it comes; unlike `_id`, it takes no memory to sort by.
 */
const NEWEST_FIRST = [
  { '@timestamp': { order: 'desc', unmapped_type: 'date' } },
  { _seq_no: { order: 'desc' } },
  { _index: { order: 'desc' } },
];

interface RawHit {
  _index: string;
  _id: string;
  _source: Record<string, unknown>;
  sort: Cursor;
}

/** One page of hits, behind the place `after` where one is given. However deep, it costs as much as the first. */
export async function searchPage(
  url: string,
  wanted: Wanted,
  options: { after?: Cursor; signal?: AbortSignal } = {},
): Promise<HitPage> {
  const { after, signal } = options;
  const answer = await askEngine<{ hits: { hits: RawHit[] }; timed_out: boolean }>(
    url,
    '_search',
    {
      size: PAGE_SIZE,
      track_total_hits: false,
      timeout: WITHIN,
      query: queryOf(wanted),
      sort: NEWEST_FIRST,
      ...(after ? { search_after: after } : {}),
    },
    signal,
  );
  assertInTime(answer);
  const { hits } = answer.hits;
  const last = hits.length === PAGE_SIZE ? hits.at(-1)?.sort : undefined;
  return { hits: hits.map(hitOf), ...(last ? { next: last } : {}) };
}

/** How many there are, by level, `@log_name` and time; where there is none, how many the time range keeps away. */
export async function overviewOf(url: string, wanted: Wanted, signal?: AbortSignal): Promise<Overview> {
  const values = (field: string) => ({ terms: { field: `${field}.keyword`, size: VALUES } });
  const answer = await askEngine<{ timed_out: boolean; hits: { total: { value: number } }; aggregations?: RawGroups }>(
    url,
    '_search',
    {
      size: 0,
      track_total_hits: true,
      timeout: WITHIN,
      query: queryOf(wanted),
      aggs: {
        levels: values('level'),
        logNames: values('@log_name'),
        times: { auto_date_histogram: { field: '@timestamp', buckets: BUCKETS } },
      },
    },
    signal,
  );
  assertInTime(answer);
  const { levels, logNames, times } = answer.aggregations ?? {};
  const total = answer.hits.total.value;
  return {
    total,
    levels: countsOf(levels),
    logNames: countsOf(logNames),
    buckets: times?.buckets.map(({ key, doc_count }) => [key, doc_count]) ?? [],
    intervalMs: intervalMsOf(times?.interval ?? '1s'),
    ...(total === 0 && (wanted.from || wanted.to) ? { outside: await countOutside(url, wanted, signal) } : {}),
  };
}

/** The query of what is wanted. Free text may hold `"a phrase"`, `-not` and `begin*`; nothing in it is a mistake. */
export function queryOf({ from, to, logName, level, text }: Wanted): object {
  const range = { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) };
  const simple = { query: text, fields: ['*'], default_operator: 'and', lenient: true };
  const filter = [
    ...(from || to ? [{ range: { '@timestamp': range } }] : []),
    ...(logName ? [{ term: { '@log_name.keyword': logName } }] : []),
    ...(level ? [{ term: { 'level.keyword': level } }] : []),
    ...(text ? [{ simple_query_string: simple }] : []),
  ];
  return { bool: { filter } };
}

async function countOutside(url: string, { from: _, to: __, ...rest }: Wanted, signal?: AbortSignal): Promise<number> {
  const { count } = await askEngine<{ count: number }>(url, '_count', { query: queryOf(rest) }, signal);
  return count;
}

interface RawGroups {
  levels: RawValues;
  logNames: RawValues;
  times: { buckets: { key: number; doc_count: number }[]; interval: string };
}
interface RawValues {
  buckets: { key: string; doc_count: number }[];
}

function countsOf(values: RawValues | undefined): Count[] {
  return values?.buckets.map(({ key, doc_count }) => ({ value: key, count: doc_count })) ?? [];
}

function hitOf({ _index, _id, _source }: RawHit): Hit {
  return { key: `${_index}/${_id}`, index: _index, id: _id, source: _source };
}

const UNITS: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  M: 30 * 86_400_000,
  y: 365 * 86_400_000,
};

/** `30s`, `5m`, `1M`, as auto_date_histogram names what it chose. */
export function intervalMsOf(text: string): number {
  const [, count, unit] = text.match(/^(\d+)([smhdMy])$/) ?? [];
  return Number(count ?? 1) * (UNITS[unit ?? 's'] ?? 1000);
}

function assertInTime({ timed_out }: { timed_out: boolean }): void {
  if (timed_out)
    throw new EngineTrouble(
      `the engine did not get through all documents within ${WITHIN}: choose a shorter time range`,
    );
}
