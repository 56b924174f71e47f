import type { EdgeAdmin } from '../../edge/admin-client.ts';
import type { Counters } from '../../edge/counters.ts';
import type { JournalEntry } from '../../edge/journal.ts';
import type { Bite } from '../../edge/rule-book.ts';

/** What an edge has counted, as its admin port tells it. */
export type Counted = Omit<Counters, 'hold' | 'letGo' | 'upTo' | 'count' | 'countMethod'>;

/** What edges remembered that have ended since: theirs is in memory, and ends with them. */
export class EdgeMemory {
  #journal: JournalEntry[] = [];
  #bites: { set: string; bite: Bite }[] = [];
  #counted: Counted | undefined;

  /** Takes over what an edge remembers of a run and of sets of rules, right before its end. */
  async keep(admin: EdgeAdmin, run: string, sets: Iterable<string>): Promise<void> {
    const ofSet = async (set: string) => (await admin.bites(set)).map((bite) => ({ set, bite }));
    const [journal, counted, ...bites] = await Promise.all([
      admin.journal(run),
      admin.counters(),
      ...[...sets].map(ofSet),
    ]);
    this.#journal.push(...journal);
    this.#bites.push(...bites.flat());
    this.#counted = this.withCounters(counted);
  }

  journal(run: string): JournalEntry[] {
    return this.#journal.filter((entry) => entry.run === run);
  }

  bites(set?: string): Bite[] {
    return this.#bites.filter((one) => set === undefined || one.set === set).map(({ bite }) => bite);
  }

  /** What the edge that stands has counted, and those before it: counters go on where they were. */
  withCounters(now: Counted): Counted {
    const before = this.#counted;
    if (!before) return now;
    return {
      requests: before.requests + now.requests,
      bytes: before.bytes + now.bytes,
      items: before.items + now.items,
      largestBodyBytes: Math.max(before.largestBodyBytes, now.largestBodyBytes),
      limitedMs: before.limitedMs + now.limitedMs,
      statuses: sum(before.statuses, now.statuses),
      refusals: sum(before.refusals, now.refusals),
      itemStatuses: sum(before.itemStatuses, now.itemStatuses),
      methods: sumOfEach(before.methods, now.methods),
    };
  }
}

function sum(one: Record<string, number>, other: Record<string, number>): Record<string, number> {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, (one[key] ?? 0) + (other[key] ?? 0)]));
}

function sumOfEach<T extends Record<string, Record<string, number>>>(
  one: T,
  other: T,
): Record<string, Record<string, number>> {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, sum(one[key] ?? {}, other[key] ?? {})]));
}
