import type { RecordRange } from '../core/reconciliation.ts';
import type { RecordIdentity } from '../core/record.ts';
import { SeqSet } from '../core/seq-set.ts';
import type { Rule } from './rules.ts';

/** What a rule did so far. */
export interface Bite {
  rule: Rule;
  requests: number;
  /** Records that it dropped, repeated, corrupted or rejected. */
  records: RecordRange[];
}

interface ActiveRule {
  rule: Rule;
  since: number;
  matched: number;
  requests: number;
  records: Map<string, SeqSet>;
}

/** The rules in force, and how often each bit. */
export class RuleBook {
  #active: ActiveRule[] = [];

  /** Puts rules in force in place of those before. */
  set(rules: readonly Rule[], now = Date.now()): void {
    this.#active = rules.map((rule) => ({ rule, since: now, matched: 0, requests: 0, records: new Map() }));
  }

  /** The rules that a request falls under. */
  matching(method: string, path: string, now = Date.now()): ActiveRule[] {
    return this.#active.filter((active) => {
      const { when } = active.rule;
      const age = now - active.since;
      if (!path.includes(when.path) || (when.method && when.method !== method)) return false;
      if (age < when.fromMs || age >= when.untilMs) return false;
      const turn = active.matched++;
      // The golden ratio spreads a share of requests evenly, without chance.
      return turn >= when.after && turn < when.after + when.first && ((turn + 1) * 0.6180339887) % 1 < when.share;
    });
  }

  bites(): Bite[] {
    return this.#active.map(({ rule, requests, records }) => ({
      rule,
      requests,
      records: [...records].flatMap(([stream, seqs]) =>
        seqs.ranges(true, 0, seqs.end).map(({ from, to }) => ({ stream, from, to })),
      ),
    }));
  }
}

/** Notes that a rule had its way with a record; false when it had before. */
export function noteRecord({ records }: ActiveRule, { stream, seq }: RecordIdentity): boolean {
  const seqs = records.get(stream) ?? new SeqSet();
  records.set(stream, seqs);
  return seqs.add(seq);
}

export type { ActiveRule };
