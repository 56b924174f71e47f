import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Facts } from './facts.ts';
import { quietFacts } from './fake-facts.ts';
import { LedgerBook } from './ledger-book.ts';
import { judge, listRanges } from './verdict.ts';

const counts = ['missing', 'duplicated', 'unexpected', 'corrupted'] as const;
const count = fc.oneof(fc.constant(0), fc.nat(5));
const allowed = fc.option(fc.oneof(fc.nat(5), fc.constant<'any'>('any')), { nil: undefined });
const found = fc.record({ missing: count, duplicated: count, unexpected: count, corrupted: count });
const tolerance = fc.record({ missing: allowed, duplicated: allowed, unexpected: allowed, corrupted: allowed });
/** Mostly none: a trouble hides what else there is to say. */
const mostly = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
const trouble = fc.record({
  accepted: mostly(100, fc.constant(0)),
  behind: mostly(
    0,
    fc.nat(60).map((thousandths) => thousandths / 1000),
  ),
  troubles: mostly<string[]>([], fc.constant(['no disk'])),
  complaints: mostly<string[]>([], fc.constant(['s: opened twice'])),
  traces: mostly<Facts['traces']>(
    [],
    fc.array(fc.record({ fault: fc.constant('a fault'), trace: fc.constantFrom('bit', undefined) }), { maxLength: 2 }),
  ),
});

test('pass, fail and error are what a plain reading of counts and troubles says', () => {
  fc.assert(
    fc.property(found, tolerance, trouble, (counted, tolerated, { accepted, behind, troubles, ...more }) => {
      const book = new LedgerBook();
      book.complaints.push(...more.complaints);
      const facts = quietFacts({
        book,
        reconciliation: {
          ...{ accepted, delivered: Math.max(0, accepted - counted.missing), inDoubt: 0, lossBound95: null },
          ...{ missingRanges: [], duplicatedRanges: [], corruptedRanges: [], unexpectedSamples: [], ...counted },
        },
        drain: { end: 'nothing new', afterMs: 1, saw: '' },
        ...{ traces: more.traces, troubles, behind },
      });
      const over = counts.filter((kind) => {
        const limit = tolerated[kind] ?? 0;
        return limit !== 'any' && counted[kind] > limit;
      });
      const unproven =
        accepted === 0 ||
        behind > 0.02 ||
        troubles.length + more.complaints.length > 0 ||
        more.traces.some(({ trace }) => trace === undefined);
      const verdict = judge({ tolerance: tolerated as never }, facts);
      expect(verdict.outcome).toBe(unproven ? 'error' : over.length > 0 ? 'fail' : 'pass');
      expect(verdict.generatorLimited ?? false).toBe(behind > 0.02);
      expect(verdict.reasons.length === 0).toBe(verdict.outcome === 'pass');
      if (verdict.outcome === 'fail') {
        expect(verdict.reasons.map((reason) => reason.slice(0, reason.indexOf(':')))).toEqual(over);
        for (const kind of over) expect(verdict.reasons.join('\n')).toContain(`${kind}: ${counted[kind]} `);
      }
    }),
    { numRuns: 2000 },
  );
});

test('every range is named or counted', () => {
  const range = fc.record({ stream: fc.constantFrom('a', 'b'), from: fc.nat(5000), length: fc.integer({ min: 1 }) });
  fc.assert(
    fc.property(fc.array(range), fc.nat(9), (ranges, most) => {
      const listed = ranges.map(({ stream, from, length }) => ({ stream, from, to: from + length }));
      const parts = listRanges(listed, most).split('; ').filter(Boolean);
      const more = Number(
        parts
          .at(-1)
          ?.match(/^and ([\d,]+) ranges more$/)?.[1]
          ?.replaceAll(',', '') ?? 0,
      );
      const named = more > 0 ? parts.slice(0, -1) : parts;
      expect(named.length + more).toBe(ranges.length);
      for (const [i, name] of named.entries()) {
        const [, stream, first, last] = name.match(/^(\w): ([\d,]+)(?:–([\d,]+))?$/)!;
        const plain = (text: string) => Number(text.replaceAll(',', ''));
        expect({ stream, from: plain(first!), to: plain(last ?? first!) + 1 }).toEqual(listed[i]);
      }
    }),
  );
});
