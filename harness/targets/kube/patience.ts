import { ApiException } from '@kubernetes/client-node';
import { pause } from '../../core/condition.ts';

/** How long an API server may be away before what is asked of it fails, ms: a restart takes it 5 to 15 s. */
const AWAY_MS = 30_000;
const AGAIN_MS = 500;

/** No connection came about: what was asked has not been done. */
const NOT_ASKED = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'];
/** The connection broke: what was asked may have been done. */
const NOT_ANSWERED = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'socket hang up', 'Premature close'];
/** It is there and not ready, or has too much to do. */
const NOT_READY = new Set([429, 503]);

/** Asks an API server again that is away for a moment. Only for what may be asked twice. */
export function patiently<T>(ask: () => Promise<T>, awayMs = AWAY_MS): Promise<T> {
  return insist(ask, awayMs, (error) => isAway(error, [...NOT_ASKED, ...NOT_ANSWERED]));
}

/** Asks again only where it is certain that nothing was done: for what must not be done twice. */
export function patientlyOnce<T>(ask: () => Promise<T>, awayMs = AWAY_MS): Promise<T> {
  return insist(ask, awayMs, (error) => isAway(error, NOT_ASKED));
}

async function insist<T>(ask: () => Promise<T>, awayMs: number, again: (error: unknown) => boolean): Promise<T> {
  const deadline = performance.now() + awayMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!again(error) || performance.now() >= deadline) throw error;
      await pause(Math.min(AGAIN_MS, awayMs));
    }
  }
}

/** Looks through an error and its causes, as every client wraps them in its own way. */
function isAway(error: unknown, words: readonly string[]): boolean {
  if (error instanceof ApiException) return NOT_READY.has(error.code);
  for (let one = error; one !== undefined && one !== null; one = (one as { cause?: unknown }).cause) {
    const { code, message } = one as { code?: unknown; message?: unknown };
    if (words.some((word) => code === word || (typeof message === 'string' && message.includes(word)))) return true;
  }
  return false;
}
