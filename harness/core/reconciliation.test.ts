import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LedgerBook } from './ledger-book.ts';
import { Reconciler } from './reconciliation.ts';
import { payloadOf, recordId, recordLine } from './record.ts';

const RUN = 'r0000000a1';
const LENGTH = 60;

function bookOf(streams: Record<string, { accepted: number; intended?: number }>): LedgerBook {
  const book = new LedgerBook();
  for (const [stream, { accepted, intended = accepted }] of Object.entries(streams)) {
    book.add({
      ledger: 'stream',
      run: RUN,
      stream,
      file: '/app/log/a.log',
      format: 'json',
      payloadLength: LENGTH,
      at: 0,
    });
    book.add({ ledger: 'intended', stream, to: intended });
    book.add({ ledger: 'accepted', stream, to: accepted, at: 1 });
  }
  return book;
}

const parsed = (stream: string, seq: number) => [recordId({ run: RUN, stream, seq }), payloadOf(stream, seq, LENGTH)];

test('reports planted losses, copies, corruptions and strangers exactly as planted', () => {
  const plan = fc.record({
    size: fc.integer({ min: 1, max: 300 }),
    lost: fc.uniqueArray(fc.nat(299), { maxLength: 40 }),
    copies: fc.array(fc.nat(299), { maxLength: 20 }),
    bent: fc.uniqueArray(fc.nat(299), { maxLength: 10 }),
    strangers: fc.nat(5),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(plan, ({ size, lost, copies, bent, strangers, seed }) => {
      const gone = new Set(lost.filter((seq) => seq < size));
      const there = Array.from({ length: size }, (_, seq) => seq).filter((seq) => !gone.has(seq));
      const extra = copies.filter((seq) => there.includes(seq));
      const corrupted = new Set(bent.filter((seq) => there.includes(seq) && !extra.includes(seq)));
      const documents = [...there, ...extra].map((seq) => {
        const [id, payload] = parsed('pod.b.0', seq) as [string, string];
        return corrupted.has(seq) ? [id, `${payload.slice(0, 5)}#${payload.slice(6)}`] : [id, payload];
      });
      for (let i = 0; i < strangers; i++)
        documents.push([recordId({ run: RUN, stream: 'other.b.0', seq: i }), 'hello']);
      documents.sort((a, b) => ((a[0]!.length * seed) % 7) - ((b[0]!.length * seed) % 7));
      const reconciler = new Reconciler(bookOf({ 'pod.b.0': { accepted: size } }));
      for (const document of documents) reconciler.deliver(document);
      const result = reconciler.result();
      const flat = (ranges: { from: number; to: number }[]) =>
        ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
      expect(result.accepted).toBe(size);
      expect(result.delivered).toBe(size - gone.size);
      expect(result.missing).toBe(gone.size);
      expect(flat(result.missingRanges)).toEqual([...gone].sort((a, b) => a - b));
      expect(result.duplicated).toBe(extra.length);
      expect(flat(result.duplicatedRanges)).toEqual([...new Set(extra)].sort((a, b) => a - b));
      expect(result.corrupted).toBe(corrupted.size);
      expect(flat(result.corruptedRanges)).toEqual([...corrupted].sort((a, b) => a - b));
      expect(result.unexpected).toBe(strangers);
      expect(result.lossBound95).toBe(gone.size === 0 ? 3 / size : null);
    }),
  );
});

test('a copy does not hide a loss', () => {
  const reconciler = new Reconciler(bookOf({ 'pod.b.0': { accepted: 3 } }));
  for (const seq of [0, 0, 1]) reconciler.deliver(parsed('pod.b.0', seq));
  expect(reconciler.result()).toMatchObject({ accepted: 3, delivered: 2, missing: 1, duplicated: 1 });
});

test('the place of a loss is told: head, middle, tail, whole', () => {
  const book = bookOf({ a: { accepted: 10 }, b: { accepted: 2 } });
  const reconciler = new Reconciler(book);
  for (const seq of [2, 3, 6, 7]) reconciler.deliver(parsed('a', seq));
  expect(reconciler.result().missingRanges).toEqual([
    { stream: 'a', from: 0, to: 2, place: 'head' },
    { stream: 'a', from: 4, to: 6, place: 'middle' },
    { stream: 'a', from: 8, to: 10, place: 'tail' },
    { stream: 'b', from: 0, to: 2, place: 'whole' },
  ]);
});

test('records in doubt may be there or not; beyond them they are unexpected', () => {
  const reconciler = new Reconciler(bookOf({ a: { accepted: 2, intended: 4 } }));
  for (const seq of [0, 1, 3, 4]) reconciler.deliver(parsed('a', seq));
  expect(reconciler.result()).toMatchObject({ accepted: 2, missing: 0, inDoubt: 2, unexpected: 1 });
});

test.each(['json', 'text'] as const)(
  'a %s line that arrives whole as one field is intact, torn or joined lines are not',
  (format) => {
    const line = (seq: number) =>
      recordLine(format, { run: RUN, stream: 'a', seq }, '2026-11-24T00:00:00.000Z', LENGTH);
    const reconciler = new Reconciler(bookOf({ a: { accepted: 4 } }));
    reconciler.deliver([line(0)]);
    reconciler.deliver([`${line(1)}\n`]);
    expect(reconciler.result().corrupted).toBe(0);
    reconciler.deliver([line(2).slice(0, -3)]);
    reconciler.deliver([`${line(3)}\n${line(0)}`]);
    expect(reconciler.result()).toMatchObject({ corrupted: 2, missing: 0 });
  },
);

test('a document that carries another run’s record is unexpected', () => {
  const reconciler = new Reconciler(bookOf({ a: { accepted: 1 } }));
  reconciler.deliver([recordId({ run: 'rother', stream: 'a', seq: 0 }), payloadOf('a', 0, LENGTH)]);
  expect(reconciler.result()).toMatchObject({ unexpected: 1, missing: 1 });
});

test('a million records reconcile in about two bits each', () => {
  const million = 1_000_000;
  const reconciler = new Reconciler(bookOf({ a: { accepted: million } }));
  globalThis.gc?.();
  const before = process.memoryUsage().arrayBuffers;
  for (let seq = 0; seq < million; seq++) if (seq !== 777_777) reconciler.deliver(parsed('a', seq));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(million);
  expect(reconciler.result()).toMatchObject({
    missing: 1,
    missingRanges: [{ from: 777_777, to: 777_778, place: 'middle' }],
  });
}, 60_000);

test('a document that names its record twice, in a field and in the whole line beside it, is one intact record', () => {
  const reconciler = new Reconciler(bookOf({ 'pod.b.0': { accepted: 1 } }));
  const identity = { run: RUN, stream: 'pod.b.0', seq: 0 };
  const line = recordLine('json', identity, '2026-11-25T12:00:00.000Z', LENGTH);
  expect(reconciler.deliver([recordId(identity), line])).toEqual(identity);
  expect(reconciler.result()).toMatchObject({ delivered: 1, corrupted: 0, unexpected: 0, duplicated: 0 });
});
