import { Counters } from './counters.ts';
import { Journal } from './journal.ts';
import { RuleBook } from './rule-book.ts';
import type { Credential } from './signature.ts';

/** All that an edge knows and remembers. */
export interface EdgeState {
  /** URL of the engine; null: the edge answers itself. */
  backend: string | null;
  credentials: Credential[];
  capBytes: number;
  rules: RuleBook;
  counters: Counters;
  journal: Journal;
  log(entry: object): void;
}

/** The cap of small instances: aws.amazon.com/opensearch-service, limits. */
export const SMALL_INSTANCE_CAP_BYTES = 10 * 2 ** 20;

export function newState(
  backend: string | null,
  credentials: Credential[],
  capBytes: number,
  log: (entry: object) => void,
): EdgeState {
  return {
    backend,
    credentials,
    capBytes,
    log,
    rules: new RuleBook(),
    counters: new Counters(),
    journal: new Journal(),
  };
}
