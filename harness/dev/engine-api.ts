import { EnvironmentError } from '../core/trouble.ts';

/** Longest wait for one answer, ms. */
const WITHIN_MS = 10_000;

/** Asks the engine's HTTP API and returns its JSON; throws an {@link EnvironmentError}, with the engine's own words where it refuses. */
export async function askEngine<T>(
  engine: string,
  path: string,
  options: { body?: unknown; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const { body, signal } = options;
  const timeout = AbortSignal.timeout(WITHIN_MS);
  const response = await fetch(new URL(path, engine), {
    method: body === undefined ? 'GET' : 'POST',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    signal?.throwIfAborted();
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new EnvironmentError(`the engine does not answer at ${engine}: ${why}`, { cause: error });
  });
  const text = await response.text();
  if (!response.ok) throw new EnvironmentError(`the engine refuses ${path}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}

/** A document as a search finds it. */
export interface FoundDocument {
  index: string;
  id: string;
  source: Record<string, unknown>;
}

/** Documents that a search finds without a refresh, the newest first; none where there is no index yet. */
export async function searchDocuments(
  engine: string,
  query: object,
  options: { size?: number; signal?: AbortSignal | undefined } = {},
): Promise<FoundDocument[]> {
  const path = '/*,-.*/_search?ignore_unavailable=true&allow_no_indices=true';
  const body = {
    size: options.size ?? 1,
    query,
    sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }],
  };
  const { hits } = await askEngine<{
    hits: { hits: { _index: string; _id: string; _source?: Record<string, unknown> }[] };
  }>(engine, path, { body, signal: options.signal });
  return hits.hits.map(({ _index, _id, _source = {} }) => ({ index: _index, id: _id, source: _source }));
}

/** A query for the records of a run: its id is one token of every record's id, in whichever field a pipeline put it. */
export function ofRun(run: string): object {
  return { multi_match: { query: run, fields: ['*'], lenient: true } };
}
