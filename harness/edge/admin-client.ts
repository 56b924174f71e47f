import { askAdmin } from './ask-admin.ts';
import type { Counters } from './counters.ts';
import type { JournalEntry } from './journal.ts';
import type { Bite } from './rule-book.ts';
import type { RuleInput } from './rules.ts';
import type { Credential } from './signature.ts';

/** The admin port of an edge, wherever it runs. Every call throws with the edge's own message when it is refused. */
export class EdgeAdmin {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Puts a set of rules in force in place of those that it held before; other sets stay. */
  setRules(rules: readonly RuleInput[], set = ''): Promise<void> {
    return this.#ask('PUT', `/rules?set=${encodeURIComponent(set)}`, rules);
  }

  /** What the rules of a set did so far; of every set where none is named. */
  bites(set?: string): Promise<Bite[]> {
    return this.#ask('GET', set === undefined ? '/rules' : `/rules?set=${encodeURIComponent(set)}`);
  }

  clearRules(): Promise<void> {
    return this.#ask('DELETE', '/rules');
  }

  counters(): Promise<Counters> {
    return this.#ask('GET', '/counters');
  }

  journal(run: string): Promise<JournalEntry[]> {
    return this.#ask('GET', `/journal?run=${run}`);
  }

  clearJournal(): Promise<void> {
    return this.#ask('DELETE', '/journal');
  }

  clearCounters(): Promise<void> {
    return this.#ask('DELETE', '/counters');
  }

  setCredentials(credentials: readonly Credential[]): Promise<void> {
    return this.#ask('PUT', '/credentials', credentials);
  }

  #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return askAdmin('the edge', this.#url, method, path, body);
  }
}
