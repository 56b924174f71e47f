import { identitiesIn, recordId } from '../../core/record.ts';
import { askEngine, searchDocuments } from '../engine-api.ts';

/** What the engine tells of its indices. */
export interface EngineLook {
  /** Blocks in force, as settings: `logstash-2026.11.25: index.blocks.write = true`. */
  blocks: string[];
  /** Indices that refresh seldom or never, as settings. */
  refresh: string[];
}

type Settings = Record<string, { settings: Record<string, string> }>;

/** Looks at the settings of the engine and of all its indices. */
export async function lookAtEngine(engine: string, signal?: AbortSignal): Promise<EngineLook> {
  const [indices, cluster] = await Promise.all([
    askEngine<Settings>(engine, '/_all/_settings?flat_settings=true&expand_wildcards=all', { signal }),
    askEngine<Record<string, Record<string, string>>>(engine, '/_cluster/settings?flat_settings=true', { signal }),
  ]);
  return readEngine(indices, cluster);
}

/** Reads the answers of `_settings` and `_cluster/settings`, both with flat settings. */
export function readEngine(indices: Settings, cluster: Record<string, Record<string, string>>): EngineLook {
  const set = [
    ...Object.values(cluster).map((settings) => ['cluster', settings] as const),
    ...Object.entries(indices).map(([index, { settings }]) => [index, settings] as const),
  ].flatMap(([of, settings]) => Object.entries(settings).map(([name, value]) => ({ of, name, value })));
  const told = (wanted: (one: (typeof set)[number]) => boolean) =>
    set.filter(wanted).map(({ of, name, value }) => `${of}: ${name} = ${value}`);
  return {
    blocks: told(({ name, value }) => /^(index|cluster)\.blocks\./.test(name) && value === 'true'),
    refresh: told(({ name }) => name === 'index.refresh_interval'),
  };
}

/** Lines of the same words: so many of their documents, the newest, are looked at. */
const ALIKE = 20;

/**
 * The document of a line of the log file, by the id of its record or else by its text: of those alike, the one whose time is nearest to `writtenAt` (ms
 * since the epoch). undefined where no search finds one that has a time.
 */
export async function documentOf(
  engine: string,
  { line, writtenAt }: { line: string; writtenAt: number },
  signal?: AbortSignal,
): Promise<{ index: string; timestamp: string } | undefined> {
  const found = await searchDocuments(engine, queryFor(line), { size: ALIKE, signal });
  const timed = found.flatMap(({ index, source: { '@timestamp': timestamp } }) =>
    typeof timestamp === 'string' ? [{ index, timestamp, offMs: Math.abs(Date.parse(timestamp) - writtenAt) }] : [],
  );
  const [nearest] = timed.toSorted((a, b) => a.offMs - b.offMs);
  return nearest && { index: nearest.index, timestamp: nearest.timestamp };
}

/** A query for the document of a line. */
export function queryFor(line: string): object {
  const [identity] = identitiesIn(line);
  if (identity) {
    const id = recordId(identity);
    const anywhere = { multi_match: { query: id, type: 'phrase', fields: ['*'], lenient: true } };
    return { bool: { should: [{ ids: { values: [id] } }, anywhere] } };
  }
  const message = messageIn(line);
  // Whole words only.
  return { match_phrase: { message: message.length > 200 ? message.slice(0, 200).replace(/\S*$/, '') : message } };
}

function messageIn(line: string): string {
  try {
    const { message } = JSON.parse(line);
    return typeof message === 'string' ? message : line;
  } catch {
    return line;
  }
}
