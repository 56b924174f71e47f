import type { Socket } from 'node:net';
import { overLimit, type Refusal } from './answers.ts';
import type { Counters } from './counters.ts';
import type { ActiveRule } from './rule-book.ts';

/** Rules that limit bytes: holds a request back until its body fits, or says how it is refused, or that its sender went away meanwhile. */
export async function limited(
  counters: Counters,
  matching: readonly ActiveRule[],
  bytes: number,
  sender: Socket,
): Promise<Refusal | 'gone' | undefined> {
  for (const active of matching) {
    const { limit, rule } = active;
    if (!limit || limit.take(bytes)) continue;
    active.requests++;
    if ('limit' in rule.answer && rule.answer.limit.answer === 429) return overLimit();
    counters.hold(performance.now());
    await limit.hold(bytes, () => sender.destroyed);
    counters.letGo(performance.now());
    if (sender.destroyed) return 'gone';
  }
  return undefined;
}
