import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '../core/ledger.ts';
import { LedgerBook } from '../core/ledger-book.ts';
import { payloadOf, recordId } from '../core/record.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Deployment, Target } from '../core/target.ts';
import { fakeEngine, type Mishap } from '../sinks/fake-engine.ts';
import { SearchEngineSink } from '../sinks/search-engine.ts';
import { runScenario } from './run-scenario.ts';

const STREAM = 'pod.0.0';
const COUNT = 25;
const SCENARIO: Scenario = {
  ...{ name: 'x', title: 'x', why: 'x', rows: [1], setting: 'x', asWritten: 'kept' },
  load: { lines: COUNT, linesPerSecond: 1000 },
};
const EVENTS: LedgerEvent[] = [
  { ledger: 'stream', run: 'r1', stream: STREAM, file: '/app.log', format: 'json', payloadLength: 30, at: 0 },
  { ledger: 'intended', stream: STREAM, to: COUNT },
  { ledger: 'accepted', stream: STREAM, to: COUNT, at: 1 },
  { ledger: 'done', stream: STREAM, to: COUNT, lateMs: 0, at: 1 },
];
const documents = (count: number) =>
  Array.from({ length: count }, (_, seq) => ({
    id: recordId({ run: 'r1', stream: STREAM, seq }),
    message: payloadOf(STREAM, seq, 30),
  }));

interface Trouble {
  engine?: [Mishap, number];
  delivered?: number;
  collect?: (folder: string) => void;
  close?: () => void;
  setup?: NonNullable<Scenario['setup']>;
  /** Told of the book once the load is started. */
  started?: (book: LedgerBook) => void;
}

/** One scenario on a pipeline that wrote its records and an engine that holds them, with something wrong. */
async function outcomeWith({
  engine: mishap,
  delivered = COUNT,
  collect = () => {},
  close = () => {},
  setup = {},
  started = () => {},
}: Trouble) {
  await using engine = await fakeEngine(documents(delivered), 10);
  if (mishap) engine.plan(...mishap);
  const sink = new SearchEngineSink(engine.url, { slices: 1 });
  const book = new LedgerBook();
  for (const event of EVENTS) book.add(event);
  const deployment: Partial<Deployment> = {
    ...{ run: 'r1', book, domain: undefined, flushIntervalMs: 10, fluentdLog: () => [], ready: async () => {} },
    startLoad: async () => started(book),
    ...{ stands: () => false, survey: async () => [], assertAlive: () => {}, close: async () => close() },
    collect: async (folder) => collect(folder),
  };
  const target = {
    ...{ sink, engine: undefined, collect: async () => {} },
    deploy: async () => deployment,
    explain: async (error: Error) => error.message,
  } as unknown as Target;
  const folder = join(mkdtempSync(join(tmpdir(), 'scenario-')), 'x');
  const options = { parameters: {}, keep: false, say: () => {}, onVerified: () => {} };
  const result = await runScenario(
    target,
    { ...SCENARIO, setup },
    { ...options, folder, signal: new AbortController().signal },
  );
  await sink.close();
  return { ...result, folder };
}

describe('a scenario', () => {
  test('passes where every record is found, and its ledger is kept', async () => {
    const { outcome, reasons, folder } = await outcomeWith({});
    expect({ outcome, reasons }).toEqual({ outcome: 'pass', reasons: [] });
    expect(JSON.parse(readFileSync(join(folder, 'ledger.jsonl'), 'utf8'))).toMatchObject({ accepted: COUNT });
  });

  test.each<[Mishap, number]>([
    ['dies', 2],
    ['dies', 3],
    ['answer lost', 2],
    ['shards lost', 2],
    ['ends early', 3],
  ])('whose engine has "%s" at answer %i is an error with the cause, not a loss', async (...engine) => {
    const { outcome, reasons, reconciliation } = await outcomeWith({ engine });
    expect(outcome).toBe('error');
    expect(reasons.join()).toMatch(/engine (failed while|answered in part|handed out)/);
    expect(reconciliation).toBeNull();
  });

  test('waits for the stream of every pod, and not for one whose process was killed', async () => {
    let known = 1;
    const started = (book: LedgerBook) => {
      const late = 'pod-2.0.0';
      const next = [
        () => book.add({ ...EVENTS[0]!, stream: late } as LedgerEvent),
        () => book.add({ ledger: 'intended', stream: late, to: 5 }),
        () => book.died(late),
      ];
      for (const [i, step] of next.entries()) {
        setTimeout(
          () => {
            step();
            known++;
          },
          150 * (i + 1),
        );
      }
    };
    const { outcome, reconciliation } = await outcomeWith({ setup: { pods: 2 }, started });
    expect([known, outcome]).toEqual([4, 'pass']);
    expect(reconciliation).toMatchObject({ accepted: COUNT, missing: 0, inDoubt: 5 });
  });

  // A write to /dev/full ends as one to a full disk does.
  const full = () => writeFileSync('/dev/full', 'x');
  test.skipIf(!existsSync('/dev/full'))('whose artifacts cannot be written is no pass, and says why', async () => {
    const { outcome, reasons, reconciliation } = await outcomeWith({ collect: full });
    expect(outcome).toBe('error');
    expect(reasons).toEqual([expect.stringMatching(/cannot be written: ENOSPC: no space left on device/)]);
    expect(reconciliation).toMatchObject({ accepted: COUNT, missing: 0 });
  });

  test.skipIf(!existsSync('/dev/full'))('that failed stays failed on a full disk', async () => {
    const { outcome, reasons } = await outcomeWith({ collect: full, delivered: COUNT - 1 });
    expect(outcome).toBe('fail');
    expect(reasons).toEqual([expect.stringMatching(/^missing: 1 of 25/), expect.stringMatching(/ENOSPC/)]);
  });

  test('keeps its verdict when the pipeline is not taken down, or has nothing more to show', async () => {
    const gone = () => {
      throw new Error('the API server is gone');
    };
    expect(await outcomeWith({ close: gone })).toMatchObject({ outcome: 'pass' });
    expect(await outcomeWith({ collect: gone })).toMatchObject({ outcome: 'pass' });
    expect(await outcomeWith({ close: gone, delivered: 3 })).toMatchObject({ outcome: 'fail' });
  });
});
