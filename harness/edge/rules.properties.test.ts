import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identitiesIn, recordId } from '../core/record.ts';
import { identityIn } from './bulk.ts';
import { noteRecord, RuleBook } from './rule-book.ts';
import { type RuleInput, rule, selects } from './rules.ts';

const record = fc.record({
  run: fc.constantFrom('r1', 'r2'),
  stream: fc.constantFrom('pod-a.0.0', 'pod-b.0.0'),
  seq: fc.nat(300),
});

function bookOf(rules: RuleInput[]): RuleBook {
  const book = new RuleBook();
  book.set(
    rules.map((one) => rule.parse(one)),
    1000,
  );
  return book;
}

describe('which requests', () => {
  const when = fc.record({
    method: fc.option(fc.constantFrom('POST', 'PUT'), { nil: undefined }),
    path: fc.constantFrom('_bulk', '', '/logs/_bulk'),
    fromMs: fc.nat(8),
    lastsMs: fc.nat(20),
    after: fc.nat(4),
    first: fc.integer({ min: 1, max: 5 }),
  });
  const request = fc.record({
    method: fc.constantFrom('POST', 'PUT', 'GET'),
    path: fc.constantFrom('/_bulk', '/logs/_bulk?x=1', '/'),
    waitMs: fc.nat(2),
  });

  test('those of its window, path and method, and of these the first few after some', () => {
    fc.assert(
      fc.property(fc.array(when, { maxLength: 3 }), fc.array(request, { maxLength: 40 }), (rules, requests) => {
        const book = bookOf(
          rules.map(({ lastsMs, method, ...one }) => ({
            when: { ...one, untilMs: one.fromMs + lastsMs, ...(method ? { method } : {}) },
            answer: { status: 503 },
          })),
        );
        const seen = rules.map(() => 0);
        let now = 1000;
        for (const { method, path, waitMs } of requests) {
          now += waitMs;
          const expected = rules.flatMap(({ fromMs, lastsMs, after, first, ...one }, i) => {
            const inTime = now - 1000 >= fromMs && now - 1000 < fromMs + lastsMs;
            if (!inTime || !path.includes(one.path) || (one.method !== undefined && one.method !== method)) return [];
            seen[i]!++;
            return seen[i]! > after && seen[i]! <= after + first ? [i] : [];
          });
          const inForce = book.bites().map((bite) => bite.rule);
          expect(book.matching(method, path, now).map((active) => inForce.indexOf(active.rule))).toEqual(expected);
        }
      }),
    );
  });

  test('a share of requests is met at every moment, not only in the end', () => {
    fc.assert(
      fc.property(
        fc.nat(1000).map((n) => n / 1000),
        fc.integer({ min: 1, max: 500 }),
        (share, most) => {
          const book = bookOf([{ when: { share }, answer: { status: 429 } }]);
          let hits = 0;
          for (let i = 1; i <= most; i++) {
            hits += book.matching('POST', '/_bulk', 1000).length;
            expect(Math.abs(hits - share * i)).toBeLessThanOrEqual(4);
          }
        },
      ),
    );
  });

  test('rules put in force start from nothing', () => {
    const book = bookOf([{ when: { first: 1 }, answer: { status: 503 } }]);
    const matches = (now: number) => book.matching('POST', '/_bulk', now).length;
    expect([matches(1000), matches(1000)]).toEqual([1, 0]);
    book.set([rule.parse({ when: { first: 1, fromMs: 5 }, answer: { status: 503 } })], 2000);
    expect([matches(2004), matches(2005), matches(2006)]).toEqual([0, 1, 0]);
  });
});

describe('which records', () => {
  test('ranges take what stands in one of them, of their stream or of all', () => {
    const range = fc.record({
      stream: fc.constantFrom('*', 'pod-a.0.0', 'pod-b.0.0'),
      from: fc.nat(300),
      to: fc.nat(300),
    });
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), record, (seqs, one) => {
        const ids = new Set(
          seqs.flatMap(({ stream, from, to }) =>
            ['pod-a.0.0', 'pod-b.0.0']
              .filter((name) => stream === '*' || stream === name)
              .flatMap((name) => Array.from({ length: Math.max(0, to - from) }, (_, i) => `${name} ${from + i}`)),
          ),
        );
        expect(selects({ seqs }, one)).toBe(ids.has(`${one.stream} ${one.seq}`));
      }),
    );
  });

  test('every n-th is one of any n neighbours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(50), record, (every, offset, one) => {
        const run = Array.from({ length: every }, (_, i) => selects({ every, offset }, { ...one, seq: one.seq + i }));
        expect(run.filter(Boolean)).toHaveLength(1);
        expect(selects({ every, offset }, { ...one, seq: offset + 3 * every })).toBe(true);
      }),
    );
  });

  test('a record is of one fate: always the same for a seed, and a larger share takes all of a smaller one', () => {
    const share = fc.nat(1000).map((n) => n / 1000);
    fc.assert(
      fc.property(share, share, fc.integer(), record, (a, b, seed, one) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        const taken = selects({ share: small, seed }, one);
        expect(selects({ share: small, seed }, { ...one })).toBe(taken);
        if (taken) expect(selects({ share: large, seed }, one)).toBe(true);
        expect([0, 1].map((all) => selects({ share: all, seed }, one))).toEqual([false, true]);
      }),
    );
  });

  test('what a rule did to records is told as exactly these, each once', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const book = bookOf([{ answer: { drop: { share: 1 } } }]);
        const [active] = book.matching('POST', '/_bulk', 1000);
        const seen = new Set<string>();
        for (const one of records) {
          const key = `${one.stream} ${one.seq}`;
          expect(noteRecord(active!, one)).toBe(!seen.has(key));
          seen.add(key);
        }
        const told = book
          .bites()[0]!
          .records.flatMap(({ stream, from, to }) =>
            Array.from({ length: to - from }, (_, i) => `${stream} ${from + i}`),
          );
        expect(told.toSorted()).toEqual([...seen].sort());
      }),
    );
  });
});

test('the edge and the verifier read the same record out of any text', () => {
  const letters = fc.string({ unit: fc.constantFrom('r', '1', '0', '/', '\\', '.', '-', ' ', '"'), maxLength: 24 });
  const part = fc.oneof(letters, record.map(recordId), fc.constant('/000000001'), fc.constant('s\\/000000002'));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const text = parts.join('');
      expect(identityIn(text, 0, text.length)).toEqual(identitiesIn(text)[0]);
    }),
    { numRuns: 3000 },
  );
});
