import type { RecordRange } from '../core/reconciliation.ts';
import type { RecordIdentity } from '../core/record.ts';
import { SeqSet } from '../core/seq-set.ts';
import { ByteLimit } from './byte-limit.ts';
import type { Rule } from './rules.ts';

/** What a rule did so far. */
export interface Bite {
  rule: Rule;
  /** The set that the rule came in. */
  set: string;
  /** Whether it may bite again: its set is in force, its window is open, and it has requests left. */
  inForce: boolean;
  requests: number;
  /** Records that it dropped, repeated, corrupted or rejected. */
  records: RecordRange[];
}

interface ActiveRule {
  rule: Rule;
  /** The set that it came in. */
  set: string;
  /** Out of force; its bites are remembered. */
  over: boolean;
  since: number;
  matched: number;
  requests: number;
  records: Map<string, SeqSet>;
  /** What an answer `limit` holds requests back by. */
  limit: ByteLimit | undefined;
}

/** The rules in force, in sets that come and go by name, and how often each bit. */
export class RuleBook {
  #active: ActiveRule[] = [];

  /** Puts a set of rules in force in place of those that it held before. */
  set(rules: readonly Rule[], now = Date.now(), set = ''): void {
    for (const active of this.#active) if (active.set === set) end(active);
    for (const rule of rules) {
      const limit = 'limit' in rule.answer ? new ByteLimit(rule.answer.limit.bytesPerSecond) : undefined;
      this.#active.push({ rule, set, over: false, since: now, matched: 0, requests: 0, records: new Map(), limit });
    }
  }

  /** Forgets every set and its bites. */
  clear(): void {
    for (const active of this.#active) end(active);
    this.#active = [];
  }

  /** The rules that a request falls under. */
  matching(method: string, path: string, now = Date.now()): ActiveRule[] {
    return this.#active.filter((active) => {
      const { when, answer } = active.rule;
      if ('breakHandshake' in answer || !path.includes(when.path)) return false;
      return (when.method === undefined || when.method === method) && itsTurn(active, now);
    });
  }

  /** Whether a new connection to the TLS port breaks off. */
  breaksHandshake(now = Date.now()): boolean {
    const active = this.#active.find((one) => 'breakHandshake' in one.rule.answer && itsTurn(one, now));
    if (active) active.requests++;
    return active !== undefined;
  }

  /** What the rules of a set did, those out of force included; of every set where none is named. */
  bites(set?: string, now = Date.now()): Bite[] {
    return this.#active
      .filter((active) => set === undefined || active.set === set)
      .map((active) => ({
        rule: active.rule,
        set: active.set,
        inForce: isInForce(active, now) && active.matched < active.rule.when.after + active.rule.when.first,
        requests: active.requests,
        records: [...active.records].flatMap(([stream, seqs]) =>
          seqs.ranges(true, 0, seqs.end).map(({ from, to }) => ({ stream, from, to })),
        ),
      }));
  }
}

function end(active: ActiveRule): void {
  active.over = true;
  active.limit?.lift();
}

function isInForce({ rule: { when }, over, since }: ActiveRule, now: number): boolean {
  const age = now - since;
  return !over && age >= when.fromMs && age < when.untilMs;
}

/** Whether a rule is in force, and a request (or connection) of its kind is one of those that it is for. */
function itsTurn(active: ActiveRule, now: number): boolean {
  if (!isInForce(active, now)) return false;
  const { when } = active.rule;
  const turn = active.matched++;
  // The golden ratio spreads a share of requests evenly, without chance.
  return turn >= when.after && turn < when.after + when.first && ((turn + 1) * 0.6180339887) % 1 < when.share;
}

/** Notes that a rule had its way with a record; false when it had before. */
export function noteRecord({ records }: ActiveRule, { stream, seq }: RecordIdentity): boolean {
  const seqs = records.get(stream) ?? new SeqSet();
  records.set(stream, seqs);
  return seqs.add(seq);
}

export type { ActiveRule };
