import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '../core/ledger.ts';
import { LedgerBook } from '../core/ledger-book.ts';
import { payloadOf, recordId } from '../core/record.ts';
import type { BufferState, Deployment, Document, DomainControl, Sink } from '../core/target.ts';
import { drain } from './drain.ts';
import { latencyOf } from './latency.ts';
import { loadScenarios, pickScenarios } from './load-scenarios.ts';
import { readBack, textsOf } from './read-back.ts';
import { exitCodeOf, overall, type ScenarioResult } from './results.ts';
import { parseSettings, withSettings } from './settings.ts';
import { waitingOf } from './waiting.ts';

const STREAM = 'pod.0.1';
const T0 = 1_700_000_000_000;

function bookOf(count: number): LedgerBook {
  const book = new LedgerBook();
  const events: LedgerEvent[] = [
    { ledger: 'stream', run: 'r1', stream: STREAM, file: '/app.log', format: 'json', payloadLength: 20, at: T0 },
    { ledger: 'pace', stream: STREAM, from: 0, at: T0, perSecond: 1000 },
    { ledger: 'intended', stream: STREAM, to: count },
    { ledger: 'accepted', stream: STREAM, to: count, at: T0 + count },
  ];
  for (const event of events) book.add(event);
  return book;
}

const documentOf = (seq: number): Document => ({
  index: 'i',
  id: String(seq),
  source: { id: recordId({ run: 'r1', stream: STREAM, seq }), message: payloadOf(STREAM, seq, 20) },
});

/** A sink that shows one document more at each look, up to `most`. */
function growing(start: number, most: number): Sink {
  let shown = start;
  return {
    count: async () => {
      const now = shown;
      shown = Math.min(most, shown + 1);
      return now;
    },
    read: async (_run, take) => take(Array.from({ length: shown }, (_, seq) => documentOf(seq))),
    clear: async () => {},
  };
}

function standing(book: LedgerBook, buffer: () => BufferState): Deployment {
  return { run: 'r1', book, assertAlive: () => {}, buffer: async () => buffer() } as Partial<Deployment> as Deployment;
}

const quiet = (): BufferState => ({ empty: true, retrying: false, saw: 'nothing' });
const options = (withinMs: number, gone = false) => ({
  flushIntervalMs: 10,
  withinMs,
  gone,
  inspect: undefined,
  say: () => {},
  signal: new AbortController().signal,
});
const NO_DOMAIN = undefined as DomainControl | undefined;

describe('draining', () => {
  test('ends when every accepted record is found', async () => {
    const { drain: end, reconciliation } = await drain(
      standing(bookOf(5), quiet),
      growing(2, 5),
      NO_DOMAIN,
      options(20_000),
    );
    expect(end.end).toBe('all found');
    expect(reconciliation).toMatchObject({ accepted: 5, delivered: 5, missing: 0 });
  });

  test('ends when nothing new comes and nothing is buffered, and says what is missing', async () => {
    const { drain: end, reconciliation } = await drain(
      standing(bookOf(5), quiet),
      growing(3, 3),
      NO_DOMAIN,
      options(20_000, true),
    );
    expect(end.end).toBe('nothing new');
    expect(end.saw).toContain('3 documents for 5 accepted');
    expect(reconciliation.missingRanges).toEqual([{ stream: STREAM, from: 3, to: 5, place: 'tail' }]);
  });

  test.each<[string, Partial<BufferState>]>([
    ['retries', { retrying: true }],
    ['still holds something', { empty: false }],
  ])('late is not lost: while fluentd %s it waits for the deadline', async (_why, state) => {
    const busy = () => ({ ...quiet(), ...state });
    const { drain: end } = await drain(standing(bookOf(5), busy), growing(3, 3), NO_DOMAIN, options(1500));
    expect(end.end).toBe('deadline');
    expect(end.afterMs).toBeGreaterThanOrEqual(1500);
  });

  test('a duplicate does not hide a loss', async () => {
    const twice: Sink = {
      count: async () => 5,
      read: async (_run, take) => take([0, 1, 2, 2, 3].map(documentOf)),
      clear: async () => {},
    };
    const { reconciliation } = await drain(standing(bookOf(5), quiet), twice, NO_DOMAIN, options(20_000, true));
    expect(reconciliation).toMatchObject({ missing: 1, duplicated: 1 });
  });

  test('an interrupted one ends at once', async () => {
    const signal = AbortSignal.abort(new Error('Ctrl-C'));
    const drained = drain(standing(bookOf(5), quiet), growing(0, 0), NO_DOMAIN, { ...options(20_000), signal });
    await expect(drained).rejects.toThrow('Ctrl-C');
  });
});

test('documents are looked at one by one, each with its record, and complaints are counted', async () => {
  const five: Sink = {
    count: async () => 5,
    read: async (_run, take) => take([0, 1, 2, 3, 4].map(documentOf)),
    clear: async () => {},
  };
  const late = { id: (seq: number) => `${seq} is late`, from: 3 };
  const { complaints, reconciliation } = await readBack(standing(bookOf(5), quiet), five, {
    checks: [
      ({ id }, { seq }, { stream }) => (id === String(seq) && stream === STREAM ? undefined : 'another record'),
      (_document, { seq }) => (seq >= late.from ? late.id(seq) : undefined),
    ],
  });
  expect(complaints).toEqual({
    count: 2,
    samples: [`r1/${STREAM}/000000003: 3 is late`, `r1/${STREAM}/000000004: 4 is late`],
  });
  expect(reconciliation.missing).toBe(0);
});

test('the waits of an application are summed up by error', () => {
  expect(
    waitingOf([
      { from: 100, to: 400, error: 'ENOSPC' },
      { from: 1000, to: 1200, error: 'EDQUOT' },
      { from: 500, to: 1500, error: 'ENOSPC' },
    ]),
  ).toEqual([
    { error: 'ENOSPC', totalMs: 1300, longestMs: 1000, times: 2 },
    { error: 'EDQUOT', totalMs: 200, longestMs: 200, times: 1 },
  ]);
});

describe('latency', () => {
  const arrival = (from: number, to: number, late: number, status = 201) => ({
    stream: STREAM,
    from,
    to,
    at: T0 + late,
    status,
  });
  test('counts from the time a record was due to the first answer that took it', () => {
    const latency = latencyOf(bookOf(100), [
      arrival(0, 100, 400, 429),
      arrival(0, 100, 1000),
      arrival(0, 100, 9000, 409),
    ]);
    expect(latency!.max).toBeGreaterThanOrEqual(1000);
    expect(latency!.max).toBeLessThan(1010);
    expect(latency!.p50).toBeGreaterThan(940);
    expect(latency!.p50).toBeLessThan(960);
  });
  test('is null where nothing arrived', () => {
    expect(latencyOf(bookOf(100), [arrival(0, 100, 1000, 503)])).toBeNull();
    expect(latencyOf(bookOf(100), [{ ...arrival(0, 100, 1000), stream: 'other' }])).toBeNull();
  });
});

describe('outcome and exit code', () => {
  const of = (...outcomes: ScenarioResult['outcome'][]) => outcomes.map((outcome) => ({ outcome }) as ScenarioResult);
  test.each([
    [['pass', 'pass'], 'pass', 0],
    [['pass', 'fail', 'error'], 'fail', 1],
    [['pass', 'error'], 'error', 3],
    [['pass', 'skip'], 'pass', 0],
  ] as const)('%j is %s, exit code %i', (outcomes, worst, code) => {
    expect(overall(of(...outcomes))).toBe(worst);
    expect(exitCodeOf({ scenarios: of(...outcomes), partial: false })).toBe(code);
  });
  test('nothing that ran is no pass', () => {
    expect(overall([])).toBe('skip');
    expect(exitCodeOf({ scenarios: [], partial: false })).toBe(3);
    expect(exitCodeOf({ scenarios: of('skip'), partial: false })).toBe(3);
  });
  test('a generator that was the limit is 4, interrupted is 130', () => {
    const limited = of('error').map((one) => ({ ...one, generatorLimited: true }));
    expect(exitCodeOf({ scenarios: [...of('pass'), ...limited], partial: false })).toBe(4);
    expect(exitCodeOf({ scenarios: [...of('error'), ...limited], partial: false })).toBe(3);
    expect(exitCodeOf({ scenarios: of('pass'), partial: true })).toBe(130);
  });
});

describe('settings', () => {
  test('lines take the place of a duration, and the other way round', () => {
    const base = { name: 'x', title: 'x', why: 'x', rows: [1], setting: 'x', asWritten: 'kept' as const };
    const timed = { ...base, load: { linesPerSecond: 5, for: '3s' as const } };
    expect(withSettings(timed, parseSettings(['load.lines=9'])).load).toEqual({ linesPerSecond: 5, lines: 9 });
    const counted = { ...base, load: { linesPerSecond: 5, lines: 9 } };
    expect(withSettings(counted, parseSettings(['load.for=2s', 'drainWithin=5m']))).toMatchObject({
      load: { linesPerSecond: 5, for: '2s' },
      drainWithin: '5m',
    });
    expect(counted.load).toEqual({ linesPerSecond: 5, lines: 9 });
  });
  test('a pace, an end or a length takes the place of stages and sizes', () => {
    const base = { name: 'x', title: 'x', why: 'x', rows: [1], setting: 'x', asWritten: 'kept' as const };
    const stages = [{ for: '3s', linesPerSecond: 5 }] as const;
    const sizes = [{ bytes: '300B', share: 1 }] as const;
    const shaped = { ...base, load: { linesPerSecond: 5, stages, sizes } };
    expect(withSettings(shaped, parseSettings(['load.for=9s'])).load).toEqual({ linesPerSecond: 5, for: '9s', sizes });
    expect(withSettings(shaped, parseSettings(['load.bytes=1KiB'])).load).toEqual({
      linesPerSecond: 5,
      bytes: '1KiB',
      stages,
    });
  });

  test('the deployment is as the command line says, and otherwise as the scenario does', () => {
    const base = { name: 'x', title: 'x', why: 'x', rows: [1], setting: 'x', asWritten: 'kept' as const };
    const scenario = { ...base, load: { linesPerSecond: 5, lines: 9 }, setup: { pods: 5, tls: true } };
    expect(withSettings(scenario, parseSettings(['pods=2', 'fluentd.cpu=250m'])).setup).toEqual({
      ...{ pods: 2, cpu: '250m', tls: true },
    });
    expect(withSettings(scenario, parseSettings([])).setup).toEqual({ pods: 5, tls: true });
  });
});

describe('scenarios', () => {
  test('every file is one, with words, rows and a load that can be written', async () => {
    const all = await loadScenarios(join(import.meta.dirname, '..', '..', 'scenarios'));
    expect(all.length).toBeGreaterThanOrEqual(9);
    for (const { name, title, why, rows, load } of all) {
      expect(name).toMatch(/^[a-z0-9-]+$/);
      expect(title.length + why.length).toBeGreaterThan(40);
      expect(rows.length).toBeGreaterThan(0);
      expect((load.for === undefined) !== (load.lines === undefined)).toBe(true);
    }
    expect(pickScenarios(all, [])).toHaveLength(all.length);
    expect(pickScenarios(all, ['survives-rotation']).map(({ name }) => name)).toEqual(['survives-rotation']);
    expect(() => pickScenarios(all, ['survives-rotten'])).toThrow(/unknown scenario "survives-rotten"; there are:/);
  });
});

test('every text of a document is looked at, at any depth', () => {
  expect(textsOf({ source: { a: 'x', b: { c: ['y', { d: 'z' }] }, e: 1, f: null } })).toEqual(['x', 'y', 'z']);
});
