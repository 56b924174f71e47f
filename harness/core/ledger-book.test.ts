import { expect, test } from 'vitest';
import { dueAt, LedgerBook, timeOf } from './ledger-book.ts';

function opened(): LedgerBook {
  const book = new LedgerBook();
  book.add({ ledger: 'stream', run: 'r1', stream: 's', file: '/f', format: 'json', payloadLength: 10, at: 0 });
  return book;
}

test('accepted and in-doubt are what was announced and confirmed', () => {
  const book = opened();
  book.add({ ledger: 'intended', stream: 's', to: 100 });
  book.add({ ledger: 'accepted', stream: 's', to: 60, at: 5 });
  expect([book.accepted, book.inDoubt]).toEqual([60, 40]);
  expect(book.complaints).toEqual([]);
});

test('a ledger that cannot be right is complained about', () => {
  const book = opened();
  book.add({ ledger: 'intended', stream: 'nobody', to: 1 });
  book.add({ ledger: 'intended', stream: 's', to: 10 });
  book.add({ ledger: 'accepted', stream: 's', to: 12, at: 1 });
  book.add({ ledger: 'accepted', stream: 's', to: 3, at: 2 });
  book.add({ ledger: 'end', stream: 's', to: 20, reason: 'done', lateMs: 0, at: 3 });
  expect(book.complaints).toHaveLength(4);
  expect(book.complaints.at(-1)).toContain('a part of its ledger is lost');
});

test('a process that is gone without a word leaves in doubt what it announced; one that said so does not', () => {
  const book = opened();
  book.add({ ledger: 'intended', stream: 's', to: 100 });
  book.add({ ledger: 'accepted', stream: 's', to: 60, at: 5 });
  book.died('s');
  expect(book.streams.get('s')!.ended).toBe('killed');
  expect(book.inDoubt).toBe(40);
  const ended = opened();
  ended.add({ ledger: 'intended', stream: 's', to: 10 });
  ended.add({ ledger: 'end', stream: 's', to: 0, reason: 'SIGTERM', lateMs: 0, at: 3 });
  ended.died('s');
  ended.died('nobody');
  expect([ended.streams.get('s')!.ended, ended.inDoubt, ended.complaints]).toEqual(['SIGTERM', 0, []]);
});

test('a record is due at its place in the pace', () => {
  const book = opened();
  book.add({ ledger: 'pace', stream: 's', from: 0, at: 1000, perSecond: 100 });
  book.add({ ledger: 'pace', stream: 's', from: 50, at: 9000, perSecond: 0 });
  const account = book.streams.get('s')!;
  expect([0, 10, 49, 50, 60].map((seq) => dueAt(account, seq))).toEqual([1000, 1100, 1490, 9000, 9000]);
});

test('a record’s line says when it was due, by the application’s clock, in whole milliseconds', () => {
  const book = opened();
  book.add({ ledger: 'pace', stream: 's', from: 0, at: 5000, perSecond: 300, shiftMs: -4000 });
  book.add({ ledger: 'pace', stream: 's', from: 3, at: 9000, perSecond: 0 });
  const account = book.streams.get('s')!;
  expect([0, 1, 2, 3].map((seq) => timeOf(account, seq))).toEqual([1000, 1003, 1007, 9000]);
});

/** A load of stages 10 s at 100 and 20 s at 10 lines a second, a pause of 5 s between them; their last records written so late, ms. */
function staged(firstLate: number, secondLate: number, ...blocked: [number, number][]) {
  const book = opened();
  book.add({ ledger: 'pace', stream: 's', from: 0, at: 0, perSecond: 100 });
  book.add({ ledger: 'pace', stream: 's', from: 1000, at: 15_000, perSecond: 10, stage: 1 });
  book.add({ ledger: 'intended', stream: 's', to: 1200 });
  for (const [from, to] of blocked) book.add({ ledger: 'blocked', stream: 's', from, to, error: 'ENOSPC' });
  book.add({ ledger: 'accepted', stream: 's', to: 500, at: 9000 });
  book.add({ ledger: 'accepted', stream: 's', to: 1000, at: 9990 + firstLate });
  book.add({ ledger: 'accepted', stream: 's', to: 1200, at: 34_900 + secondLate });
  // A pause at the end: `done` is later than the last record.
  book.add({ ledger: 'done', stream: 's', to: 1200, lateMs: 0, at: 90_000 });
  return book.streams.get('s')!;
}

test('records are due by the stage that they stand in', () => {
  const account = staged(0, 0);
  expect([0, 999, 1000, 1199].map((seq) => dueAt(account, seq))).toEqual([0, 9990, 15_000, 34_900]);
});

test('a stage that fell behind counts, also where the next one caught up', () => {
  expect(staged(0, 0).behind).toBe(0);
  expect(staged(90, 90).behind).toBe(0);
  expect(staged(2000, 0).behind).toBeCloseTo(2000 / 12_000, 5);
  expect(staged(2000, 2000).behind).toBeCloseTo(2000 / 12_000, 5);
  expect(staged(0, 5000).behind).toBeCloseTo(5000 / (19_900 + 5000), 5);
  // What a full disk took in the first stage is not the generator's, and what is caught up of it no gain.
  expect(staged(2000, 2000, [9000, 11_000]).behind).toBe(0);
  expect(staged(2000, 4000, [9000, 11_000]).behind).toBeCloseTo(2000 / (19_900 + 2000), 5);
});

test('a hiccup at the end of a stage of a second is no limit of the generator', () => {
  const late = (ms: number) => {
    const book = opened();
    book.add({ ledger: 'pace', stream: 's', from: 0, at: 0, perSecond: 100 });
    book.add({ ledger: 'pace', stream: 's', from: 100, at: 1000, perSecond: 10, stage: 1 });
    book.add({ ledger: 'intended', stream: 's', to: 200 });
    book.add({ ledger: 'accepted', stream: 's', to: 100, at: 990 + ms });
    return book.streams.get('s')!.behind;
  };
  expect(late(150)).toBeLessThan(0.02);
  expect(late(1000)).toBeGreaterThan(0.05);
});

test('falling behind is the share of the offered rate that was not achieved, noise apart', () => {
  const late = (at: number, ...blocked: [number, number][]) => {
    const book = opened();
    book.add({ ledger: 'pace', stream: 's', from: 0, at: 0, perSecond: 100 });
    for (const [from, to] of blocked) book.add({ ledger: 'blocked', stream: 's', from, to, error: 'ENOSPC' });
    book.add({ ledger: 'intended', stream: 's', to: 1000 });
    book.add({ ledger: 'accepted', stream: 's', to: 1000, at });
    book.add({ ledger: 'done', stream: 's', to: 1000, lateMs: 0, at });
    return book.streams.get('s')!.behind;
  };
  expect(late(10_050)).toBe(0);
  expect(late(11_000)).toBeCloseTo(1010 / 11_010, 5);
  // What a full disk takes is not the generator's.
  expect(late(11_000, [9000, 9600], [9700, 10_050])).toBe(0);
  expect(late(11_000, [9000, 9600])).toBeCloseTo(410 / 10_410, 5);
});

test('a short load that a machine held up for a moment did not fall behind', () => {
  const late = (ms: number) => {
    const book = opened();
    book.add({ ledger: 'pace', stream: 's', from: 0, at: 0, perSecond: 100 });
    book.add({ ledger: 'intended', stream: 's', to: 300 });
    book.add({ ledger: 'accepted', stream: 's', to: 300, at: 2990 + ms });
    book.add({ ledger: 'done', stream: 's', to: 300, lateMs: 0, at: 2990 + ms });
    return book.streams.get('s')!.behind;
  };
  expect(late(150)).toBeLessThan(0.02);
  expect(late(1000)).toBeGreaterThan(0.05);
});
