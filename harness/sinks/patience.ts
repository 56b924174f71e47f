import { errors } from '@opensearch-project/opensearch';
import { pause } from '../core/condition.ts';

/** How long an engine may have no room, ms, and the time between two asks. */
const WITHIN_MS = 60_000;
const EVERY_MS = 500;

export interface Patience {
  withinMs?: number;
  everyMs?: number;
  /** Whether a failure is one to be asked again after; {@link noRoom} unless told. */
  again?: (error: unknown) => boolean;
}

/** The engine says 429. */
export function noRoom(error: unknown): boolean {
  return error instanceof errors.ResponseError && error.statusCode === 429;
}

/** The engine says 429 to the request as it came in, before anything was done for it: what may not be done twice may be asked again. */
export function noRoomAtTheDoor(error: unknown): boolean {
  return noRoom(error) && (error as Error).message.includes('<http_request>');
}

/**
 * Asks an engine again while it says 429: it has no room at the moment (circuit_breaking_exception, a full queue) and did nothing. A fast sidecar fills a
 * small heap with garbage faster than it is collected. For questions that may be asked twice.
 */
export async function whileThereIsRoom<T>(
  ask: () => Promise<T>,
  { withinMs = WITHIN_MS, everyMs = EVERY_MS, again = noRoom }: Patience = {},
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
