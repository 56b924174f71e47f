import type { IncomingMessage, ServerResponse } from 'node:http';
import { pause } from '../core/condition.ts';
import type { ActiveRule } from './rule-book.ts';

/** Between two pieces of an answer that trickles, ms. */
const TICK_MS = 100;

/** Rules that end a request before it is read: reset, and a hang that lasts until the client gives up. True: it is over. */
export async function breakOff(matching: readonly ActiveRule[], request: IncomingMessage): Promise<boolean> {
  for (const active of matching) {
    const { answer } = active.rule;
    if ('reset' in answer) {
      active.requests++;
      request.socket.resetAndDestroy();
      return true;
    }
    if ('hang' in answer) {
      active.requests++;
      request.resume();
      await new Promise((resolve) => request.socket.once('close', resolve));
      return true;
    }
  }
  return false;
}

/** Sends an answer, as late, as slowly or in such a part as the rules say. */
export async function sendSlowly(
  matching: readonly ActiveRule[],
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer,
): Promise<void> {
  let bytesPerSecond = Number.POSITIVE_INFINITY;
  let truncated = false;
  for (const active of matching) {
    const { answer } = active.rule;
    if ('delayMs' in answer) {
      active.requests++;
      await pause(answer.delayMs);
    } else if ('bytesPerSecond' in answer) {
      active.requests++;
      bytesPerSecond = answer.bytesPerSecond;
    } else if ('truncate' in answer) {
      active.requests++;
      truncated = true;
    }
  }
  if (response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    ...(response.req.method === 'HEAD' ? {} : { 'content-length': body.length }),
  });
  if (truncated) {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
    return;
  }
  const step = Number.isFinite(bytesPerSecond)
    ? Math.max(1, Math.floor((bytesPerSecond * TICK_MS) / 1000))
    : body.length;
  for (let at = 0; at < body.length && !response.destroyed; at += step) {
    response.write(body.subarray(at, at + step));
    if (at + step < body.length) await pause(TICK_MS);
  }
  response.end();
}
