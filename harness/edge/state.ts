import { Counters } from './counters.ts';
import type { Flavour } from './item-errors.ts';
import { Journal } from './journal.ts';
import type { Sign } from './own-signature.ts';
import { RuleBook } from './rule-book.ts';
import type { Credential } from './signature.ts';

/** All that an edge knows and remembers. */
export interface EdgeState {
  /** URL of the engine; null: the edge answers itself. */
  backend: string | null;
  credentials: Credential[];
  /** Signs what goes to the engine; undefined: it goes unsigned. */
  sign: Sign | undefined;
  capBytes: number;
  rules: RuleBook;
  counters: Counters;
  journal: Journal;
  log(entry: object): void;
  /** Whose words the engine speaks; asked when first needed. */
  flavour: Promise<Flavour> | undefined;
}

export function newState(
  backend: string | null,
  credentials: Credential[],
  capBytes: number,
  log: (entry: object) => void,
  sign?: Sign,
): EdgeState {
  return {
    backend,
    credentials,
    capBytes,
    log,
    sign,
    flavour: undefined,
    rules: new RuleBook(),
    counters: new Counters(),
    journal: new Journal(),
  };
}
