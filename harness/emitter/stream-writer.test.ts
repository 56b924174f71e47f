import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LedgerEvent } from '../core/ledger.ts';
import { dueAt, LedgerBook } from '../core/ledger-book.ts';
import { recordLine } from '../core/record.ts';
import { StreamWriter } from './stream-writer.ts';

const ABOUT = { run: 'r1', stream: 'pod.boot.1', format: 'text', lineBytes: 120 } as const;

/** A file that takes of each write what `takes` says next: bytes, or 0 for "no space"; all once that is used up. */
class FakeFile {
  readonly path = '/app.log';
  readonly rotations: number[] = [];
  readonly #takes: number[];
  text = '';

  constructor(takes: number[]) {
    this.#takes = [...takes];
  }

  append(bytes: Buffer, from: number, to: number): number {
    const taken = Math.min(this.#takes.shift() ?? Number.POSITIVE_INFINITY, to - from);
    if (taken === 0) throw new Error('ENOSPC: no space left on device, write');
    this.text += bytes.toString('latin1', from, from + taken);
    return taken;
  }

  open(): void {}
  close(): void {}
  rotate(): void {
    this.rotations.push(this.text.length);
  }
}

function setUp(takes: number[] = []) {
  const file = new FakeFile(takes);
  const events: LedgerEvent[] = [];
  const warnings: string[] = [];
  const writer = new StreamWriter({
    ...ABOUT,
    file,
    print: (event) => events.push(event),
    warn: (text) => warnings.push(text),
  });
  const kinds = () => events.map(({ ledger }) => ledger);
  return { file, writer, events, warnings, kinds };
}

/** Steps every 10 ms of fake time until the load is written. */
function drive(writer: StreamWriter, look: () => void = () => {}): void {
  for (let steps = 0; !writer.finished; steps++) {
    if (steps > 100_000) throw new Error('the load does not end');
    if (!writer.step()) vi.advanceTimersByTime(10);
    look();
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('whatever the file takes of each write, no line is torn or doubled, and the ledger claims no more than stands there', () => {
  const takes = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 700 })), { maxLength: 30 });
  fc.assert(
    fc.property(takes, fc.integer({ min: 1, max: 60 }), fc.constantFrom(0, 33, 1000), (sizes, count, perSecond) => {
      const { file, writer, events } = setUp(sizes);
      const book = new LedgerBook();
      const startedAt = Date.now();
      writer.start(count, perSecond);
      drive(writer, () => {
        for (const event of events.splice(0)) book.add(event);
        const account = book.streams.get(ABOUT.stream)!;
        expect(account.accepted * ABOUT.lineBytes).toBeLessThanOrEqual(file.text.length);
        expect(file.text.length).toBeLessThanOrEqual(account.intended * ABOUT.lineBytes);
      });
      const { payloadLength } = book.streams.get(ABOUT.stream)!;
      const lines = Array.from({ length: count }, (_, seq) => {
        const due = startedAt + (perSecond === 0 ? 0 : (seq * 1000) / perSecond);
        return `${recordLine('text', { run: 'r1', stream: ABOUT.stream, seq }, new Date(Math.round(due)).toISOString(), payloadLength)}\n`;
      });
      expect(file.text).toBe(lines.join(''));
      expect(book.complaints).toEqual([]);
      expect(book.streams.get(ABOUT.stream)).toMatchObject({ accepted: count, intended: count, loadsDone: 1 });
    }),
  );
});

test('a steady load says about twenty things a second, an unpaced one no more', () => {
  const { writer, events } = setUp();
  writer.start(10_000, 1000);
  drive(writer);
  expect(events.length).toBeLessThan(210);
  events.splice(0);
  writer.start(100_000, 0);
  drive(writer);
  expect(events.length).toBeLessThan(25);
});

const STAGES = [
  { forMs: 1000, perSecond: 100 },
  { forMs: 500, perSecond: 0 },
  { forMs: 250, perSecond: 1000 },
  { forMs: 2000, perSecond: 0 },
];
const timesIn = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => Date.parse(line.slice(0, 24)));

test('stages follow each other without a gap, and a pause at the end is waited for', () => {
  const { writer, file, events } = setUp();
  const startedAt = Date.now();
  writer.startStages(STAGES, 1);
  expect(events.slice(1)).toEqual([
    { ledger: 'pace', stream: ABOUT.stream, from: 0, at: startedAt, perSecond: 100, shiftMs: 0 },
    { ledger: 'pace', stream: ABOUT.stream, from: 100, at: startedAt + 1500, perSecond: 1000, shiftMs: 0, stage: 1 },
  ]);
  const written: number[] = [];
  drive(writer, () => {
    written[(Date.now() - startedAt) / 10] = file.text.length / ABOUT.lineBytes;
  });
  expect([51, 101, 150, 151, 176].map((tick) => written[tick])).toEqual([51, 100, 100, 101, 350]);
  const due = [...Array(100).keys()].map((i) => i * 10).concat([...Array(250).keys()].map((i) => 1500 + i));
  expect(timesIn(file.text)).toEqual(due.map((ms) => startedAt + ms));
  expect(events.at(-1)).toMatchObject({ ledger: 'done', to: 350, lateMs: 9, at: startedAt + 3750 });
});

test('what a stage is late with is caught up before the next one, at once, and its end is told when it is', () => {
  const { writer, file, events } = setUp();
  const startedAt = Date.now();
  writer.startStages(STAGES, 1);
  vi.advanceTimersByTime(1700);
  while (writer.step());
  expect(file.text.length / ABOUT.lineBytes).toBe(301);
  vi.advanceTimersByTime(50);
  drive(writer);
  const accepted = events.filter((event) => event.ledger === 'accepted').map(({ to, at }) => [to, at - startedAt]);
  expect(accepted).toContainEqual([100, 1700]);
  expect(accepted.at(-1)).toEqual([350, 1750]);
  expect(events.at(-1)).toMatchObject({ ledger: 'done', lateMs: 1700 });
  expect(timesIn(file.text)[349]).toBe(startedAt + 1749);
});

test('cut short in a stage, what follows is due by what follows, not by stages that never came', () => {
  const { writer, file, events } = setUp();
  const book = new LedgerBook();
  const startedAt = Date.now();
  writer.startStages(STAGES, 1);
  vi.advanceTimersByTime(500);
  writer.step();
  writer.cutShort(false);
  drive(writer);
  vi.advanceTimersByTime(500);
  const burstAt = Date.now();
  writer.start(200, 0, { sayDone: false });
  drive(writer);
  writer.end('SIGTERM');
  for (const event of events) book.add(event);
  const account = book.streams.get(ABOUT.stream)!;
  expect(account).toMatchObject({ accepted: 251, loadsDone: 0 });
  expect([50, 51, 250].map((seq) => dueAt(account, seq))).toEqual([startedAt + 500, burstAt, burstAt]);
  expect(timesIn(file.text).slice(50, 52)).toEqual([startedAt + 500, burstAt]);
});

test('late records are caught up, and the longest lateness is told of the load and at the end', () => {
  const { writer, events, file } = setUp();
  writer.start(100, 100);
  vi.advanceTimersByTime(700);
  writer.step();
  expect(file.text.length / ABOUT.lineBytes).toBe(71);
  drive(writer);
  expect(events.at(-1)).toMatchObject({ ledger: 'done', to: 100, lateMs: 700 });
  writer.start(10, 100);
  drive(writer);
  expect(events.at(-1)).toMatchObject({ ledger: 'done', to: 110, lateMs: 0 });
  writer.end('done');
  expect(events.at(-1)).toMatchObject({ ledger: 'end', to: 110, lateMs: 700 });
});

test('a pace beyond a chunk a tick is kept: more is said to be due at once', () => {
  const { writer, file } = setUp();
  writer.start(1_000_000, 500_000);
  vi.advanceTimersByTime(10);
  while (writer.step());
  expect(file.text.length / ABOUT.lineBytes).toBe(5001);
});

test('a failing write is told to people once, and so is its end', () => {
  const { writer, warnings } = setUp([0, 0, 0, 0]);
  for (const count of [3, 4]) {
    writer.start(count, 0);
    drive(writer);
  }
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toBe(
    'cannot write to /app.log: ENOSPC: no space left on device, write; trying again until it works',
  );
  expect(warnings[1]).toMatch(/^can write to \/app.log again, after \d+ ms$/);
});

test('what kept it from writing is in the ledger: from the first failure to the write that worked, or to the end', () => {
  const { writer, events } = setUp([0, 0, 240, 0, 0, 0]);
  const startedAt = Date.now();
  writer.start(5, 0);
  drive(writer);
  const blocked = () => events.filter((event) => event.ledger === 'blocked');
  // Two failures: waits of 50 and 100 ms; then three: 50, 100 and 200 ms. A step is 10 ms.
  expect(blocked().map(({ from, to }) => [from - startedAt, to - from])).toEqual([
    [0, 150],
    [150, 350],
  ]);
  expect(blocked()[0]).toMatchObject({ stream: ABOUT.stream, error: 'ENOSPC: no space left on device, write' });
  const stuck = setUp([0]);
  const stuckAt = Date.now();
  stuck.writer.start(5, 0);
  stuck.writer.step();
  vi.advanceTimersByTime(40);
  stuck.writer.end('SIGTERM');
  expect(stuck.events.slice(-2)).toMatchObject([
    { ledger: 'blocked', from: stuckAt, to: stuckAt + 40 },
    { ledger: 'end', to: 0 },
  ]);
});

test('open-ended, the last line has no newline and counts as written; whatever the file takes of each write', () => {
  for (const takes of [[], [239], [1, 598], [599]]) {
    const { writer, file, events } = setUp(takes);
    writer.start(5, 0, { openEnded: true });
    drive(writer);
    expect([file.text.length, file.text.at(-1)]).toEqual([5 * ABOUT.lineBytes - 1, ']']);
    expect(events.at(-1)).toMatchObject({ ledger: 'done', to: 5 });
  }
  const { writer, file } = setUp([250]);
  writer.start(5, 0, { openEnded: true });
  writer.step();
  writer.cutShort(false);
  drive(writer);
  expect(file.text.at(-1)).toBe('\n');
});

test('lines say the time of a shifted clock, the ledger says by how much', () => {
  const { writer, file, events } = setUp();
  writer.start(1, 0, { shiftMs: -86_400_000 });
  drive(writer);
  expect(file.text).toMatch(/^2023-11-13T22:13:20\.000Z /);
  expect(events[1]).toMatchObject({ ledger: 'pace', at: 1_700_000_000_000, shiftMs: -86_400_000 });
});

test('cut short with a torn line, that line is completed and nothing after it', () => {
  const { writer, file, kinds } = setUp([250]);
  writer.start(10, 0);
  writer.step();
  writer.cutShort(false);
  drive(writer);
  expect(file.text.length).toBe(3 * ABOUT.lineBytes);
  writer.end('SIGTERM');
  expect(kinds()).toEqual(['stream', 'pace', 'intended', 'accepted', 'accepted', 'end']);
});

test('no rotation in the middle of a line, none of a file without a line, and any after the load', () => {
  const { writer, file } = setUp([250]);
  writer.start(10, 0);
  expect(writer.rotate('rename')).toBe(false);
  writer.step();
  expect(writer.rotate('rename')).toBe(false);
  drive(writer);
  expect([writer.rotate('rename'), writer.rotate('rename')]).toEqual([true, true]);
  expect(file.rotations).toEqual([1200, 1200]);
});

test('an error that ends a stream before it began still names the stream; without one nothing is said', () => {
  const { writer, kinds, events } = setUp();
  writer.end('done');
  expect(kinds()).toEqual([]);
  writer.end('error', 'cannot create /app.log');
  expect(kinds()).toEqual(['stream', 'end']);
  expect(events.at(-1)).toMatchObject({ to: 0, reason: 'error', error: 'cannot create /app.log' });
});
