import { randomUUID } from 'node:crypto';
import { ConditionTimeout, until } from '../../core/condition.ts';
import type { RecordRange } from '../../core/reconciliation.ts';
import type { AccessKey, Arrival, DomainControl, TimeSpan } from '../../core/target.ts';
import { EdgeAdmin } from '../../edge/admin-client.ts';
import type { Bite } from '../../edge/rule-book.ts';
import type { RuleInput } from '../../edge/rules.ts';
import { EdgeMemory } from './edge-memory.ts';

/** The process of an edge, wherever it runs. */
export interface EdgeProcess {
  /** Ends it as a crash does; returns how it ended. */
  kill(): Promise<string>;
  /** Starts it again and waits until it answers; returns the URL of its admin port. */
  start(): Promise<string>;
}

/** How long an answer is held back for the edge to end meanwhile, ms: less than any sender's patience, so that only the end tells. */
const HELD_MS = 4500;
/** Longest wait for a bulk to come by, ms. */
const COMES_BY_WITHIN_MS = 20_000;

/** The edge, as scenarios and the verdict see it. */
export class EdgeDomain implements DomainControl {
  #admin: EdgeAdmin;
  #keys: readonly AccessKey[];
  #memory = new EdgeMemory();
  #forgotten: TimeSpan[] = [];
  /** The rules in force, by set: a new edge is given them again. */
  readonly #rules = new Map<string, readonly RuleInput[]>();

  /** `keys`: those that the edge started with. */
  constructor(adminUrl: string, keys: readonly AccessKey[] = []) {
    this.#keys = keys;
    this.#admin = new EdgeAdmin(adminUrl);
  }

  get admin(): EdgeAdmin {
    return this.#admin;
  }

  async rule(rules: readonly unknown[], set = ''): Promise<void> {
    await this.#admin.setRules(rules as RuleInput[], set);
    this.#rules.set(set, rules as RuleInput[]);
  }

  keys(): readonly AccessKey[] {
    return this.#keys;
  }

  async admit(keys: readonly AccessKey[]): Promise<void> {
    await this.#admin.setCredentials(keys);
    this.#keys = keys;
  }

  /** As it was when it started, for another deployment: no rules, no memory, these keys. */
  async reset(keys: readonly AccessKey[]): Promise<void> {
    this.#memory = new EdgeMemory();
    this.#forgotten = [];
    this.#rules.clear();
    await Promise.all([
      this.#admin.clearRules(),
      this.admit(keys),
      this.#admin.clearJournal(),
      this.#admin.clearCounters(),
    ]);
  }

  async bites(set?: string) {
    const bites = [...this.#memory.bites(set), ...(await this.#admin.bites(set))];
    const of = (kind: 'drop' | 'repeat' | 'corrupt') =>
      bites.filter(({ rule }) => kind in rule.answer).flatMap(recordsOf);
    return {
      count: bites.reduce((sum, { requests }) => sum + requests, 0),
      dropped: of('drop'),
      repeated: of('repeat'),
      corrupted: of('corrupt'),
    };
  }

  async arrivals(run: string): Promise<Arrival[]> {
    return [...this.#memory.journal(run), ...(await this.#admin.journal(run))];
  }

  forgotten(): readonly TimeSpan[] {
    return this.#forgotten;
  }

  async counters() {
    const raw = this.#memory.withCounters(await this.#admin.counters());
    const refused = Object.fromEntries(Object.entries(raw.statuses).filter(([status]) => Number(status) >= 400));
    return { requests: raw.requests, refused, largestBody: raw.largestBodyBytes, raw };
  }

  /**
   * Kills the edge while a bulk that the engine has taken waits for its answer, and starts it again once `whileAway` is over. What it remembered is kept,
   * its keys and rules are given to the new one (windows and counts of rules begin anew); what it did between the last look and its end is forgotten.
   * Returns how it ended; undefined where no bulk came by in time, and nothing was killed. Throws what `whileAway` throws, with the edge up again.
   */
  async outlive(
    run: string,
    process: EdgeProcess,
    whileAway: () => Promise<void>,
    comesByWithinMs = COMES_BY_WITHIN_MS,
  ): Promise<string | undefined> {
    const held = await this.#holdAnswers(comesByWithinMs);
    if (held === 0) return undefined;
    const lastLook = Date.now();
    await this.#memory.keep(this.#admin, run, this.#rules.keys());
    const how = await process.kill();
    this.#forgotten.push({ from: lastLook, to: Date.now() });
    const away = performance.now();
    try {
      await whileAway();
    } finally {
      this.#admin = new EdgeAdmin(await process.start());
      await this.admit(this.#keys);
      for (const [set, rules] of this.#rules) if (rules.length > 0) await this.#admin.setRules(rules, set);
    }
    const seconds = ((performance.now() - away) / 1000).toFixed(1);
    return `the edge was killed with ${held} ${held === 1 ? 'answer' : 'answers'} still to be given (${how}), and answered again after ${seconds}s`;
  }

  /** Holds back answers to bulks until one waits; returns how many do. 0: none came by, and nothing is held. */
  async #holdAnswers(withinMs: number): Promise<number> {
    const set = `held-${randomUUID()}`;
    await this.#admin.setRules([{ answer: { delayMs: HELD_MS } }], set);
    const look = async () => {
      const held = (await this.#admin.bites(set)).reduce((sum, { requests }) => sum + requests, 0);
      return held > 0 ? { met: true as const, value: held } : { met: false as const, saw: 'no bulk' };
    };
    try {
      return await until({ name: 'a bulk to come by', look }, { withinMs, everyMs: 20 });
    } catch (error) {
      if (!(error instanceof ConditionTimeout)) throw error;
      await this.#admin.setRules([], set);
      return 0;
    }
  }
}

function recordsOf({ records }: Bite): RecordRange[] {
  return records;
}
