import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordId, recordLine } from '../core/record.ts';
import { splitBulk } from './bulk.ts';
import { mergeAnswer, planBulk, statusOf } from './item-rules.ts';
import { RuleBook } from './rule-book.ts';
import { type RuleInput, rule } from './rules.ts';

const AT = '2026-11-24T00:00:00.000Z';

interface Item {
  seq: number;
  stranger: boolean;
  named: boolean;
  raw: boolean;
  listed: boolean;
}
const items: fc.Arbitrary<Item[]> = fc.uniqueArray(
  fc.record({
    seq: fc.nat(30),
    stranger: fc.boolean(),
    named: fc.boolean(),
    raw: fc.boolean(),
    listed: fc.boolean(),
  }),
  { maxLength: 10, selector: ({ seq }) => seq },
);
const select = fc.oneof(
  fc
    .tuple(fc.nat(30), fc.integer({ min: 1, max: 9 }))
    .map(([from, length]) => ({ seqs: [{ stream: '*', from, to: from + length }] })),
  fc.integer({ min: 1, max: 4 }).map((every) => ({ every, offset: 0 })),
);
type Selection = { seqs: { from: number; to: number }[] } | { every: number };
const kind = fc.constantFrom('drop', 'items', 'repeat', 'corrupt');

const takes = (selection: Selection, seq: number) =>
  'every' in selection ? seq % selection.every === 0 : selection.seqs.some(({ from, to }) => seq >= from && seq < to);

/** Action line and document as fluentd sends them. */
function linesOf({ seq, stranger, named, raw, listed }: Item): string {
  const identity = { run: 'r1', stream: 's', seq };
  const action = { index: { _index: 'logs', ...(named ? { _id: stranger ? `x${seq}` : recordId(identity) } : {}) } };
  const line = recordLine('json', identity, AT, 30);
  const document = stranger ? { message: `hello ${seq}` } : raw ? { message: `${line}\n` } : JSON.parse(line);
  return `${JSON.stringify(action)}\n${JSON.stringify({ ...document, ...(listed ? { tags: ['a', 'b]'] } : {}) })}\n`;
}

function answerOf(kind: string, selection: Selection): RuleInput {
  if (kind === 'items')
    return { answer: { items: { ...selection, status: 429, type: 'rejected' } } } as unknown as RuleInput;
  if (kind === 'repeat') return { answer: { repeat: { ...selection, times: 2 } } } as unknown as RuleInput;
  return { answer: { [kind]: selection } } as unknown as RuleInput;
}

test('one rule does to the items it selects what it says, and nothing to the others', () => {
  fc.assert(
    fc.property(items, kind, select, (some, what, selection) => {
      const parts = some.map(linesOf);
      const text = parts.join('');
      const book = new RuleBook();
      book.set([rule.parse(answerOf(what, selection as Selection))], 0);
      const plan = planBulk(text, splitBulk(text), book.matching('POST', '/_bulk', 0))!;
      const hit = some.map((one) => !one.stranger && takes(selection as Selection, one.seq));
      const own = what === 'drop' || what === 'items';
      const forwarded = splitBulk(plan.body).map(({ start, end }) => plan.body.slice(start, end));
      const kept = parts.filter((_, i) => !own || !hit[i]);
      if (what === 'corrupt') {
        expect(forwarded).toHaveLength(parts.length);
        for (const [i, part] of parts.entries()) {
          const document = forwarded[i]!.split('\n')[1]!;
          expect(() => JSON.parse(document), document).not.toThrow();
          expect(forwarded[i] === part).toBe(!hit[i]);
          if (hit[i]) expect(forwarded[i]!.length - forwarded[i]!.replaceAll('#', '').length).toBe(1);
          // What else stands in the document stays as it is.
          if (some[i]!.listed) expect(JSON.parse(document).tags).toEqual(['a', 'b]']);
        }
      } else {
        expect(forwarded.slice(0, kept.length)).toEqual(kept);
        const copies = what === 'repeat' ? parts.filter((_, i) => hit[i]).flatMap((part) => [part, part]) : [];
        const plain = (part: string) => part.replace(/~\d/, '');
        expect(forwarded.slice(kept.length).map(plain)).toEqual(copies);
        const ids = forwarded.flatMap((part) => part.match(/"_id":"[^"]*"/)?.[0] ?? []);
        expect(new Set(ids).size).toBe(ids.length);
      }
      expect(plan.fates).toHaveLength(parts.length);
      const engine = { took: 3, items: forwarded.map((_, place) => ({ index: { status: 201, place } })) };
      const { items: answers, errors } = mergeAnswer(engine, plan);
      expect(answers.map(statusOf)).toEqual(hit.map((one) => (one && what === 'items' ? 429 : 201)));
      expect(errors).toBe(what === 'items' && hit.includes(true));
      const places = answers.flatMap((one) => (one as { index: { place?: number } }).index.place ?? []);
      expect(places).toEqual(kept.map((_, place) => place));
      const bitten = new Set(some.filter((_, i) => hit[i]).map(({ seq }) => seq));
      const [bite] = book.bites();
      expect(bite!.requests).toBe(bitten.size > 0 ? 1 : 0);
      expect(bite!.records.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(bitten.size);
    }),
    { numRuns: 1000 },
  );
});
