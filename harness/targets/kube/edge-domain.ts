import type { RecordRange } from '../../core/reconciliation.ts';
import type { AccessKey, Arrival, DomainControl } from '../../core/target.ts';
import { EdgeAdmin } from '../../edge/admin-client.ts';
import type { Bite } from '../../edge/rule-book.ts';
import type { RuleInput } from '../../edge/rules.ts';

/** The edge, as scenarios and the verdict see it. */
export class EdgeDomain implements DomainControl {
  readonly admin: EdgeAdmin;
  #keys: readonly AccessKey[];

  /** `keys`: those that the edge started with. */
  constructor(adminUrl: string, keys: readonly AccessKey[] = []) {
    this.#keys = keys;
    this.admin = new EdgeAdmin(adminUrl);
  }

  async rule(rules: readonly unknown[], set?: string): Promise<void> {
    await this.admin.setRules(rules as RuleInput[], set);
  }

  keys(): readonly AccessKey[] {
    return this.#keys;
  }

  async admit(keys: readonly AccessKey[]): Promise<void> {
    await this.admin.setCredentials(keys);
    this.#keys = keys;
  }

  /** As it was when it started, for another deployment: no rules, no memory, these keys. */
  async reset(keys: readonly AccessKey[]): Promise<void> {
    await Promise.all([
      this.admin.clearRules(),
      this.admit(keys),
      this.admin.clearJournal(),
      this.admin.clearCounters(),
    ]);
  }

  async bites(set?: string) {
    const bites = await this.admin.bites(set);
    const of = (kind: 'drop' | 'repeat' | 'corrupt') =>
      bites.filter(({ rule }) => kind in rule.answer).flatMap(recordsOf);
    return {
      count: bites.reduce((sum, { requests }) => sum + requests, 0),
      dropped: of('drop'),
      repeated: of('repeat'),
      corrupted: of('corrupt'),
    };
  }

  arrivals(run: string): Promise<Arrival[]> {
    return this.admin.journal(run);
  }

  async counters() {
    const raw = await this.admin.counters();
    const refused = Object.fromEntries(Object.entries(raw.statuses).filter(([status]) => Number(status) >= 400));
    return { requests: raw.requests, refused, largestBody: raw.largestBodyBytes, raw };
  }
}

function recordsOf({ records }: Bite): RecordRange[] {
  return records;
}
