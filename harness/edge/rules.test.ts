import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitBulk } from './bulk.ts';
import { mergeAnswer, planBulk, statusOf } from './item-rules.ts';
import { RuleBook } from './rule-book.ts';
import { type RuleInput, rule, selects } from './rules.ts';

function book(...rules: RuleInput[]): RuleBook {
  const made = new RuleBook();
  made.set(
    rules.map((one) => rule.parse(one)),
    0,
    'a set',
  );
  return made;
}

const matches = (rules: RuleBook, now = 0, path = '/_bulk', method = 'POST') =>
  rules.matching(method, path, now).length > 0;

describe('which requests a rule is for', () => {
  test('a window of time', () => {
    const rules = book({ when: { fromMs: 100, untilMs: 200 }, answer: { status: 503 } });
    expect([0, 99, 100, 199, 200].map((now) => matches(rules, now))).toEqual([false, false, true, true, false]);
  });

  test('after so many, at most so many', () => {
    const rules = book({ when: { after: 2, first: 3 }, answer: { status: 429 } });
    expect(Array.from({ length: 7 }, () => matches(rules))).toEqual([false, false, true, true, true, false, false]);
  });

  test('path and method', () => {
    const rules = book({ when: { path: '_bulk', method: 'POST' }, answer: { status: 403 } });
    expect([
      matches(rules),
      matches(rules, 0, '/'),
      matches(rules, 0, '/_bulk', 'PUT'),
      matches(rules, 0, '/logstash/_bulk?x=1'),
    ]).toEqual([true, false, false, true]);
  });

  test('a share of requests is met within one in a hundred', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        const rules = book({ when: { share }, answer: { status: 429 } });
        const hits = Array.from({ length: 1000 }, () => matches(rules)).filter(Boolean).length;
        expect(Math.abs(hits / 1000 - share)).toBeLessThan(0.01);
      }),
    );
  });

  test('a set goes when it is replaced and leaves its bites; other sets stay', () => {
    const rules = book({ answer: { status: 429 } });
    rules.set([rule.parse({ answer: { status: 503 } })], 0, 'another');
    for (const active of rules.matching('POST', '/_bulk', 0)) active.requests++;
    rules.set([], 0, 'a set');
    expect(rules.matching('POST', '/_bulk', 0).map((active) => active.rule.answer)).toEqual([{ status: 503 }]);
    expect(rules.bites('a set')).toMatchObject([{ requests: 1 }]);
    expect(rules.bites()).toHaveLength(2);
    rules.clear();
    expect(rules.bites()).toEqual([]);
  });

  test('tells which rules may bite again, and of which set they are', () => {
    const rules = book(
      { answer: { status: 429 }, when: { untilMs: 100 } },
      { answer: { status: 503 }, when: { first: 1 } },
    );
    const told = (now: number) => rules.bites(undefined, now).map(({ set, inForce }) => [set, inForce]);
    expect(told(99)).toEqual([
      ['a set', true],
      ['a set', true],
    ]);
    rules.matching('POST', '/_bulk', 100);
    expect(told(100).map(([, inForce]) => inForce)).toEqual([false, false]);
    const others = book({ answer: { status: 429 } });
    others.set([], 0, 'a set');
    expect(others.bites().map(({ inForce }) => inForce)).toEqual([false]);
  });

  test('an unknown key is refused', () => {
    expect(() => rule.parse({ answer: { status: 429 }, wehn: {} })).toThrow(/wehn/);
    expect(() => rule.parse({ answer: { stauts: 429 } })).toThrow();
    expect(() => rule.parse({ answer: { drop: { seqs: [] } } })).toThrow();
  });
});

describe('which records a rule is for', () => {
  const record = (seq: number, stream = 'pod.0.0') => ({ run: 'r1', stream, seq });
  test('ranges, every n-th, a share', () => {
    const ranges = { seqs: [{ stream: 'pod.0.0', from: 2, to: 4 }] };
    expect([1, 2, 3, 4].map((seq) => selects(ranges, record(seq)))).toEqual([false, true, true, false]);
    expect(selects(ranges, record(2, 'other'))).toBe(false);
    expect([0, 1, 2, 3, 4].filter((seq) => selects({ every: 3, offset: 1 }, record(seq)))).toEqual([1, 4]);
    const hits = Array.from({ length: 10_000 }, (_, seq) => selects({ share: 0.3, seed: 0 }, record(seq)));
    expect(hits.filter(Boolean).length).toBeGreaterThan(2800);
    expect(hits.filter(Boolean).length).toBeLessThan(3200);
    expect(Array.from({ length: 10_000 }, (_, seq) => selects({ share: 0.3, seed: 0 }, record(seq)))).toEqual(hits);
  });
});

describe('planting defects into a bulk', () => {
  const line = (seq: number) =>
    `{"index":{"_index":"i","_id":"r1/s/${String(seq).padStart(9, '0')}"}}\n` +
    `{"id":"r1/s/${String(seq).padStart(9, '0')}","message":"[payload]"}\n`;
  const body = [0, 1, 2, 3].map(line).join('');
  const only = (seq: number) => ({ seqs: [{ from: seq, to: seq + 1 }] });
  const plan = (rules: RuleBook) => planBulk(body, splitBulk(body), rules.matching('POST', '/_bulk', 0), 'opensearch');

  test('a bulk that no item rule touches goes on as it came', () => {
    expect(plan(book({ answer: { status: 503 } }))).toBeUndefined();
  });

  test('dropped: not forwarded, answered 201, and owned up to', () => {
    const rules = book({ answer: { drop: only(2) } });
    const made = plan(rules)!;
    expect(made.body).toBe(line(0) + line(1) + line(3));
    const engine = { took: 5, items: [0, 1, 3].map((seq) => ({ index: { status: 201, _id: `engine ${seq}` } })) };
    const { items, errors } = mergeAnswer(engine, made);
    expect(items.map((one) => JSON.stringify(one).includes('engine'))).toEqual([true, true, false, true]);
    expect(items.map(statusOf)).toEqual([201, 201, 201, 201]);
    expect(errors).toBe(false);
    expect(rules.bites()).toMatchObject([{ requests: 1, records: [{ stream: 's', from: 2, to: 3 }] }]);
  });

  test('rejected with a status: the answer says so at its place, and nothing else', () => {
    const rules = book({ answer: { items: { ...only(1), status: 418, type: 'teapot_exception' } } });
    const { items, errors } = mergeAnswer({ items: [0, 2, 3].map(() => ({ index: { status: 201 } })) }, plan(rules)!);
    expect(items.map(statusOf)).toEqual([201, 418, 201, 201]);
    expect(errors).toBe(true);
    expect(JSON.stringify(items[1])).toContain('teapot_exception');
  });

  test.each([
    [429, 'opensearch', 'rejected_execution_exception'],
    [429, 'elasticsearch', 'es_rejected_execution_exception'],
    [400, 'opensearch', 'mapper_parsing_exception'],
    [403, 'elasticsearch', 'cluster_block_exception'],
  ] as const)('rejected with %i, in the words of %s: %s', (status, flavour, type) => {
    const rules = book({ answer: { items: { ...only(3), status } } });
    const { fates } = planBulk(body, splitBulk(body), rules.matching('POST', '/_bulk', 0), flavour)!;
    const answer = { index: { _index: 'i', _id: 'r1/s/000000003', status, error: { type } } };
    expect(fates[3]).toMatchObject({ answer });
  });

  test('repeated: once more under another id, and once only however often it is sent', () => {
    const rules = book({ answer: { repeat: { ...only(0), times: 2 } } });
    const first = plan(rules)!.body;
    expect(first.startsWith(body)).toBe(true);
    expect(first.slice(body.length)).toBe(
      line(0).replace('000"}}', '000~1"}}') + line(0).replace('000"}}', '000~2"}}'),
    );
    expect(plan(rules)!.body).toBe(body);
  });

  test('corrupted: the bracket that closes the payload, and the JSON stays JSON', () => {
    const made = plan(book({ answer: { corrupt: only(3) } }))!;
    expect(made.body).toBe(body.slice(0, -line(3).length) + line(3).replace('[payload]', '[payload#'));
    expect(() => JSON.parse(made.body.trimEnd().split('\n').at(-1)!)).not.toThrow();
  });
});
