import type { Facts } from './facts.ts';
import { LedgerBook } from './ledger-book.ts';

/** Facts of a run in which nothing happened and nothing was written, for tests: each changes what it is about. */
export function quietFacts(change: Partial<Facts> & Pick<Facts, 'reconciliation'>): Facts {
  return {
    book: new LedgerBook(),
    readBack: { documents: 10, tookMs: 1 },
    drain: { end: 'all found', afterMs: 1, saw: '' },
    latencyMs: null,
    arrivals: [],
    deadLetters: [],
    manifests: [],
    fluentdLog: [],
    traces: [],
    planted: undefined,
    field: [],
    documents: { count: 0, samples: [] },
    blocked: [],
    troubles: [],
    behind: 0,
    ...change,
  };
}
