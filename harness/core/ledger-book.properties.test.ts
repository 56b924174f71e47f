import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LedgerEvent, ledgerEvent } from './ledger.ts';
import { dueAt, LedgerBook } from './ledger-book.ts';

/** How one process goes on: it announces some, and confirms some of what it announced. */
const steps = fc.array(fc.record({ intend: fc.nat(50), confirm: fc.nat(50) }), { maxLength: 12 });
const process = fc.record({ steps, ends: fc.boolean() });

/** The events of one process, and what they amount to by simple addition. */
function told(stream: string, { steps, ends }: { steps: { intend: number; confirm: number }[]; ends: boolean }) {
  const events: LedgerEvent[] = [
    { ledger: 'stream', run: 'r1', stream, file: '/f', format: 'json', payloadLength: 10, at: 0 },
  ];
  let [intended, accepted] = [0, 0];
  for (const { intend, confirm } of steps) {
    intended += intend;
    events.push({ ledger: 'intended', stream, to: intended });
    accepted = Math.min(intended, accepted + confirm);
    events.push({ ledger: 'accepted', stream, to: accepted, at: 1 });
  }
  if (ends) events.push({ ledger: 'end', stream, to: accepted, reason: 'done', lateMs: 0, at: 2 });
  return { events, accepted, inDoubt: ends ? 0 : intended - accepted };
}

function bookOf(events: readonly LedgerEvent[]): LedgerBook {
  const book = new LedgerBook();
  for (const event of events) book.add(event);
  return book;
}

test('counts are the sums over all processes, in whatever order their lines come in between each other', () => {
  fc.assert(
    fc.property(fc.array(process, { maxLength: 5 }), fc.nat(), (processes, turn) => {
      const each = processes.map((one, i) => told(`s${i}`, one));
      const queues = each.map(({ events }) => [...events]);
      const mixed: LedgerEvent[] = [];
      for (let i = turn; queues.some(({ length }) => length > 0); i = (i * 31 + 7) % 1_000_003) {
        const open = queues.filter(({ length }) => length > 0);
        mixed.push(open[i % open.length]!.shift()!);
      }
      const book = bookOf(mixed.map((event) => ledgerEvent.parse(JSON.parse(JSON.stringify(event)))));
      expect(book.complaints).toEqual([]);
      expect(book.accepted).toBe(each.reduce((sum, { accepted }) => sum + accepted, 0));
      expect(book.inDoubt).toBe(each.reduce((sum, { inDoubt }) => sum + inDoubt, 0));
    }),
  );
});

test('a ledger that lost its first line, or the last word on what was accepted, is complained about', () => {
  fc.assert(
    fc.property(steps, (some) => {
      const { events, accepted } = told('s', { steps: [...some, { intend: 3, confirm: 2 }], ends: true });
      expect(bookOf(events.slice(1)).complaints).toHaveLength(events.length - 1);
      const before = some.length > 0 ? told('s', { steps: some, ends: false }).accepted : 0;
      const book = bookOf(events.filter((event) => event !== events.at(-2)));
      expect(book.complaints.length > 0).toBe(before !== accepted);
    }),
  );
});

test('a stream that is opened twice, or falls back, is complained about', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 9 }), (some, back) => {
      const { events, accepted } = told('s', { steps: some, ends: false });
      expect(bookOf([...events, events[0]!]).complaints).toEqual(['s: opened twice']);
      fc.pre(accepted >= back);
      const fallen = bookOf([...events, { ledger: 'accepted', stream: 's', to: accepted - back, at: 3 }]);
      expect(fallen.complaints).toEqual([`s: accepted fell from ${accepted} to ${accepted - back}`]);
      expect(fallen.accepted).toBe(accepted);
    }),
  );
});

test('a record is due by the last pace that starts at or before it', () => {
  const paces = fc.array(fc.record({ from: fc.nat(100), perSecond: fc.constantFrom(0, 10, 250) }), { minLength: 1 });
  fc.assert(
    fc.property(paces, fc.nat(200), (some, seq) => {
      const sorted = some.toSorted((a, b) => a.from - b.from);
      const book = bookOf([
        ...told('s', { steps: [], ends: false }).events,
        ...sorted.map((pace, i): LedgerEvent => ({ ledger: 'pace', stream: 's', at: i * 1e6, ...pace })),
      ]);
      let expected = Number.NaN;
      for (const [i, { from, perSecond }] of sorted.entries())
        if (from <= seq) expected = i * 1e6 + (perSecond === 0 ? 0 : ((seq - from) * 1000) / perSecond);
      expect(dueAt(book.streams.get('s')!, seq)).toBe(expected);
    }),
  );
});

test('what is no ledger event is refused', () => {
  const event = { ledger: 'accepted', stream: 's', to: 5, at: 1 };
  for (const wrong of [{ to: -1 }, { to: 1.5 }, { to: '5' }, { at: null }, { ledger: 'took' }, { stream: undefined }])
    expect(ledgerEvent.safeParse({ ...event, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
});
