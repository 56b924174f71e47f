import { errors } from '@opensearch-project/opensearch';
import { pause } from '../core/condition.ts';

/** How long an engine may have no room, ms, and the time between two asks. */
const WITHIN_MS = 60_000;
const EVERY_MS = 500;

export interface Patience {
  withinMs?: number;
  everyMs?: number;
  /** Whether a failure is one to be asked again after; {@link passes} unless told. */
  again?: (error: unknown) => boolean;
}

/** The engine says 429. */
export function noRoom(error: unknown): boolean {
  return error instanceof errors.ResponseError && error.statusCode === 429;
}

/**
 * The engine says 503 to a search because no shard of the index serves yet: one that was made a moment ago, on a busy machine. Of a shard that fails it says
 * more than that it has none.
 */
function notServedYet(error: unknown): boolean {
  if (!(error instanceof errors.ResponseError) || error.statusCode !== 503) return false;
  const { type, failed_shards: failed } = (error.body as { error?: ShardsFailed } | undefined)?.error ?? {};
  return type === 'search_phase_execution_exception' && failed?.length === 0;
}

interface ShardsFailed {
  type?: string;
  failed_shards?: unknown[];
}

/** What is over in a moment, with nothing done: {@link noRoom}, {@link notServedYet}. */
function passes(error: unknown): boolean {
  return noRoom(error) || notServedYet(error);
}

/** The engine says 429 to the request as it came in, before anything was done for it: what may not be done twice may be asked again. */
export function noRoomAtTheDoor(error: unknown): boolean {
  return noRoom(error) && (error as Error).message.includes('<http_request>');
}

/**
 * Asks an engine again while it says 429: it has no room at the moment (circuit_breaking_exception, a full queue) and did nothing. A fast sidecar fills a
 * small heap with garbage faster than it is collected. The same while an index is too new to be searched. For questions that may be asked twice.
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  { withinMs = WITHIN_MS, everyMs = EVERY_MS, again = passes }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!again(error) || performance.now() > deadline) throw error;
      await pause(everyMs);
    }
  }
}
