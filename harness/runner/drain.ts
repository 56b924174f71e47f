import { pause } from '../core/condition.ts';
import type { Facts } from '../core/facts.ts';
import type { Reconciliation } from '../core/reconciliation.ts';
import type { BufferState, Deployment, DomainControl, Sink } from '../core/target.ts';
import { type Inspection, type ReadBack, readBack } from './read-back.ts';

export interface DrainOptions extends Inspection {
  /** fluentd's flush interval, ms. */
  flushIntervalMs: number;
  /** Longest wait, ms. */
  withinMs: number;
  /** Whether the pod is gone: nobody is left who could send more. */
  gone: boolean;
  say(what: string): void;
  signal: AbortSignal;
}

/** Where fluentd does not tell what it buffers, silence must last longer before it means anything. */
const QUIET_UNTOLD_MS = 15_000;
const QUIET_TOLD_MS = 5_000;

/**
 * Waits until every accepted record is found, or nothing new came for two flush intervals while fluentd holds nothing and is not retrying, or the
 * deadline passed; then reads everything back.
 */
export async function drain(
  deployment: Deployment,
  sink: Sink,
  domain: DomainControl | undefined,
  options: DrainOptions,
): Promise<{ reconciliation: Reconciliation; drain: Facts['drain']; read: ReadBack }> {
  const { withinMs, signal, say } = options;
  const started = performance.now();
  let last = { found: -1, requests: -1, at: started };
  let read: ReadBack | undefined;
  for (;;) {
    signal.throwIfAborted();
    deployment.assertAlive();
    const accepted = deployment.book.accepted;
    const found = await sink.count(deployment.run);
    const requests = (await domain?.counters())?.requests ?? 0;
    const buffer = await stateOf(deployment, options);
    const now = performance.now();
    if (found !== last.found) read = undefined;
    if (found !== last.found || requests !== last.requests) last = { found, requests, at: now };
    const saw = `${found} documents for ${accepted} accepted records; ${buffer.saw}`;
    say(saw);
    const settled = !buffer.retrying && buffer.empty !== false;
    const over = (end: Facts['drain']['end']) => ({ end, afterMs: Math.round(now - started), saw });
    if (found >= accepted && settled) {
      read ??= await readBack(deployment, sink, options);
      if (read.reconciliation.missing === 0)
        return { reconciliation: read.reconciliation, drain: over('all found'), read };
    }
    const end =
      settled && now - last.at > quietMs(buffer, options)
        ? 'nothing new'
        : now - started > withinMs
          ? 'deadline'
          : undefined;
    if (end) {
      read = await readBack(deployment, sink, options);
      return { reconciliation: read.reconciliation, drain: over(end), read };
    }
    await pause(found >= accepted ? 100 : 300, signal);
  }
}

function quietMs({ empty }: BufferState, { flushIntervalMs, gone }: DrainOptions): number {
  if (gone) return 2 * flushIntervalMs + 1000;
  return Math.max(2 * flushIntervalMs, empty === undefined ? QUIET_UNTOLD_MS : QUIET_TOLD_MS);
}

async function stateOf(deployment: Deployment, { gone }: DrainOptions): Promise<BufferState> {
  return gone ? { empty: true, retrying: false, saw: 'the pod is gone' } : deployment.buffer();
}
