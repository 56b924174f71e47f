import { expect, test } from 'vitest';
import type { Facts } from './facts.ts';
import { quietFacts } from './fake-facts.ts';
import { LedgerBook } from './ledger-book.ts';
import type { Reconciliation } from './reconciliation.ts';
import { judge, listRanges } from './verdict.ts';

const clean: Reconciliation = {
  accepted: 100,
  delivered: 100,
  missing: 0,
  duplicated: 0,
  unexpected: 0,
  corrupted: 0,
  inDoubt: 0,
  missingRanges: [],
  duplicatedRanges: [],
  corruptedRanges: [],
  unexpectedSamples: [],
  lossBound95: 0.03,
};

function facts(change: Partial<Facts> = {}, reconciliation: Partial<Reconciliation> = {}): Facts {
  return quietFacts({ reconciliation: { ...clean, ...reconciliation }, ...change });
}

test('all there, nothing else: pass', () => {
  expect(judge({}, facts())).toEqual({ outcome: 'pass', reasons: [] });
});

test.each(['missing', 'duplicated', 'unexpected', 'corrupted'] as const)(
  'one %s record too many is a fail, unless it is tolerated',
  (kind) => {
    const found = facts({}, { [kind]: 1 });
    expect(judge({}, found).outcome).toBe('fail');
    expect(judge({}, found).reasons[0]).toContain(kind);
    expect(judge({ tolerance: { [kind]: 1 } }, found).outcome).toBe('pass');
  },
);

test('nothing accepted is never a pass', () => {
  expect(judge({}, facts({}, { accepted: 0, delivered: 0 })).outcome).toBe('error');
});

test('a fault without a trace, a trouble and a complaint of the ledger are errors, whatever was found', () => {
  expect(judge({}, facts({ traces: [{ fault: 'x', trace: undefined }] })).outcome).toBe('error');
  expect(judge({}, facts({ troubles: ['no disk'] }, { missing: 5 })).outcome).toBe('error');
  const book = new LedgerBook();
  book.complaints.push('broken');
  expect(judge({}, facts({ book })).outcome).toBe('error');
});

test('one document that is not as its record was written is a fail, and says which', () => {
  const documents = { count: 12, samples: ['r1/a/000000003: level: expected info, is undefined'] };
  expect(judge({}, facts({ documents }))).toEqual({
    outcome: 'fail',
    reasons: ['documents: 12 are not as the record was written: r1/a/000000003: level: expected info, is undefined'],
  });
});

test('a generator more than 2 % behind is named', () => {
  expect(judge({}, facts({ behind: 0.019 })).outcome).toBe('pass');
  expect(judge({}, facts({ behind: 0.03 }))).toMatchObject({ outcome: 'error', generatorLimited: true });
});

test('checks are heard besides the tolerance, a judge in its place', () => {
  expect(judge({ checks: [() => ['no']] }, facts()).reasons).toEqual(['no']);
  expect(judge({ judge: () => [] }, facts({}, { missing: 3 })).outcome).toBe('pass');
  expect(judge({ judge: () => ['not as planted'] }, facts()).outcome).toBe('fail');
});

test('ranges are listed with their place, and how many there are besides', () => {
  const range = (from: number) => ({ stream: 'pod.1.0', from, to: from + 1 });
  expect(listRanges([{ stream: 'pod.1.0', from: 4812, to: 4961, place: 'tail' }])).toBe('pod.1.0: 4,812–4,960 (tail)');
  expect(listRanges([1, 3, 5].map(range), 2)).toBe('pod.1.0: 1; pod.1.0: 3; and 1 ranges more');
});
