import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { during, type Fault, throughout } from '../core/fault.ts';
import { LedgerBook } from '../core/ledger-book.ts';
import { payloadOf, recordId } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Deployment, Target } from '../core/target.ts';
import type { Watcher } from '../core/watch.ts';
import { runScenario } from './run-scenario.ts';

const STREAM = 'pod.0.0';
const COUNT = 20;

/** A scenario on a pipeline that writes when it is started, all at once, and delivers at once; it is done when `finish` or `endLoad` is called. */
async function watched(faults: Fault[], watcherOf: (finish: () => void) => Omit<Watcher, 'stop'>, edge = true) {
  const turns: string[] = [];
  const book = new LedgerBook();
  const at = Date.now();
  const finish = () => book.add({ ledger: 'done', stream: STREAM, to: COUNT, lateMs: 0, at: Date.now() });
  const documents = Array.from({ length: COUNT }, (_, seq) => ({
    ...{ index: 'i', id: String(seq) },
    source: { id: recordId({ run: 'r', stream: STREAM, seq }), message: payloadOf(STREAM, seq, 30) },
  }));
  const deployment: Partial<Deployment> = {
    ...{ run: 'r', book, fluentdLog: () => [], stands: () => false, survey: async () => [], assertAlive: () => {} },
    ...{ collect: async () => {}, close: async () => {} },
    ready: async () => void turns.push('ready'),
    startLoad: async () => {
      turns.push('load');
      book.add({ ledger: 'stream', run: 'r', stream: STREAM, file: '/f', format: 'json', payloadLength: 30, at });
      book.add({ ledger: 'pace', stream: STREAM, from: 0, at, perSecond: 1000 });
      book.add({ ledger: 'intended', stream: STREAM, to: COUNT });
      book.add({ ledger: 'accepted', stream: STREAM, to: COUNT, at: at + COUNT });
    },
    endLoad: async () => {
      turns.push('ended early');
      book.add({ ledger: 'end', stream: STREAM, to: COUNT, reason: 'SIGTERM', lateMs: 0, at: Date.now() });
      // Its container comes back and waits for a load.
      const stream = 'pod.1.0';
      book.add({ ledger: 'stream', run: 'r', stream, file: '/f', format: 'json', payloadLength: 30, at: Date.now() });
    },
  };
  const domain = {
    bites: async () => ({ dropped: [], repeated: [], corrupted: [] }),
    counters: async () => ({ requests: 1 }),
  };
  const arrivals = async () => [{ run: 'r', stream: STREAM, from: 0, to: COUNT, status: 201, at: at + 100 }];
  const sink = {
    count: async () => Number.NaN,
    searchable: async () => COUNT,
    read: async (_: string, take: (page: typeof documents) => void) => take(documents),
  };
  const target = {
    ...{
      sink,
      engine: undefined,
      flushIntervalMs: 10,
      collect: async () => {},
      explain: async (e: Error) => e.message,
    },
    deploy: async () => Object.assign(deployment, edge ? { domain: { ...domain, arrivals } } : {}),
  } as unknown as Target;
  const scenario: Scenario = {
    ...{ name: 'x', title: 'x', why: 'x', rows: [1], setting: 'x', asWritten: 'kept', faults },
    load: { lines: COUNT, linesPerSecond: 1000 },
  };
  const result = await runScenario(target, scenario, {
    ...{ parameters: {}, keep: false, say: () => {}, onVerified: () => void turns.push('verified') },
    ...{ folder: join(mkdtempSync(join(tmpdir(), 'watched-')), 'x'), signal: new AbortController().signal },
    watch: () => {
      turns.push('watch');
      const watcher = watcherOf(finish);
      return { ...watcher, stop: async () => turns.push('stop') };
    },
  });
  return { result, turns, at };
}

const fault = (name: string, turns: string[]) => ({
  name,
  begin: async () => {
    turns.push(`${name} begins`);
    return 'in force';
  },
  end: async () => {
    turns.push(`${name} ends`);
    return 'bit';
  },
});

describe('a run that is watched', () => {
  test('is watched from before its load until it has drained, and says when what happened', async () => {
    const told: [string, number][] = [];
    const acts: string[] = [];
    const { result, turns, at } = await watched(
      [throughout(fault('always', acts)), ...during('10ms', '60ms', fault('later', acts))].flat(),
      (finish) => ({
        loadStarted: (when) => {
          told.push(['started', when]);
          finish();
        },
        written: (when) => told.push(['written', when]),
        searchable: [{ at: Date.now() + 50, count: COUNT }],
      }),
    );
    expect(result).toMatchObject({ outcome: 'pass', sentTwice: 0 });
    expect(turns).toEqual(['ready', 'watch', 'load', 'stop', 'verified']);
    expect(acts).toEqual(['always begins', 'later begins', 'later ends', 'always ends']);
    const { loadFrom, loadTo, drainedAt, faults, toSearchable, endedEarly } = result.watched!;
    expect(told).toEqual([
      ['started', at],
      ['written', loadTo],
    ]);
    expect([loadFrom, endedEarly]).toEqual([at, undefined]);
    expect(drainedAt).toBeGreaterThanOrEqual(loadTo);
    const [always, later] = faults;
    expect(faults.map(({ label }) => label)).toEqual(['always', 'later']);
    expect(always!.to).toBeGreaterThanOrEqual(drainedAt);
    expect(later!.from).toBeGreaterThanOrEqual(at);
    expect(later!.to).toBeGreaterThan(later!.from);
    expect(later!.to).toBeLessThanOrEqual(loadTo);
    expect(toSearchable!.max).toBeGreaterThanOrEqual(100);
  });

  test('without an edge it knows when records became searchable, and not when they were taken or whether twice', async () => {
    const looksOn = (finish: () => void) => ({
      loadStarted: finish,
      searchable: [{ at: Date.now() + 5000, count: COUNT }],
    });
    const { result } = await watched([], looksOn, false);
    expect(result).toMatchObject({ outcome: 'pass', latencyMs: null });
    expect(result.sentTwice).toBeUndefined();
    expect(result.watched!.toSearchable!.max).toBeGreaterThan(4000);
  });

  test('ends when the watcher has had enough: what is broken is healed, nothing more begins, and there is a result', async () => {
    const acts: string[] = [];
    const enough = new AbortController();
    const outage = {
      ...fault('outage', acts),
      begin: async () => {
        enough.abort(new Error('p99 over 5s'));
        return 'in force';
      },
    };
    const { result, turns } = await watched(
      [...during('10ms', '1h', outage), ...during('2h', '3h', fault('never', acts))],
      () => ({ enough: enough.signal }),
    );
    expect(result).toMatchObject({ outcome: 'pass', watched: { endedEarly: 'p99 over 5s', toSearchable: null } });
    expect(turns).toEqual(['ready', 'watch', 'load', 'ended early', 'stop', 'verified']);
    expect(acts).toEqual(['outage ends']);
    expect(result.watched!.faults).toMatchObject([{ label: 'outage', to: expect.any(Number) }]);
  });
});
