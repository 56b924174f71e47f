import { describe, expect, test } from 'vitest';
import type { Metric } from '../../harness/core/sample.ts';
import { fakeContext, type Play } from '../fake-context.ts';
import { highestRate } from './1-highest-rate.ts';
import { outage } from './3-outage.ts';
import { fanIn } from './4-fan-in.ts';
import { topologies } from './5-topologies.ts';
import { cheapFixes } from './6-cheap-fixes.ts';
import { duplicates } from './7-duplicates.ts';
import { capacity } from './9-capacity.ts';

const latency = (p99: number) => ({ p50: p99 / 2, p90: p99, p99, max: p99 });
const cpu = (mean: number) => ({ mean, p99: mean, max: mean });
const reading = (atMs: number, values: Partial<Record<Metric, number>>) => ({ trial: 't', atMs, values });

/** A pod that bears so many lines a second: above it latency is broken and its CPU is at its limit. */
const bearing =
  (most: number): Play =>
  ({ load: { linesPerSecond } }) => {
    const broke = Number(linesPerSecond) > most;
    return {
      toSearchable: latency(broke ? 9000 : 2000),
      metrics: { 'fluentd.cpu': cpu(0.1 + Number(linesPerSecond) * 20e-6), 'fluentd.memory': cpu(1e8) },
      gaveOut: broke ? { stage: 'fluentd CPU', evidence: ['at its limit'] } : null,
    };
  };

describe('the highest rate', () => {
  test('is found by search, with what a line costs and the stage that gave out', async () => {
    const context = fakeContext(bearing(10_000));
    const { sentence } = await highestRate.ask(context);
    const { highest, fluentd, lostInQuiet } = context.findings;
    expect(highest).toMatchObject({ gaveOut: { stage: 'fluentd CPU' } });
    expect(highest!.linesPerSecond).toBeGreaterThan(8500);
    expect(highest!.linesPerSecond).toBeLessThanOrEqual(10_000);
    expect(fluentd).toMatchObject({ cpuLimit: 0.5, memoryBytes: 1e8 });
    expect(fluentd!.baseCores).toBeCloseTo(0.1, 3);
    // A fake trial achieves 99.8 % of what is offered.
    expect(fluentd!.coresPerLine * 1e6).toBeCloseTo(20 / 0.998, 1);
    expect(lostInQuiet).toMatchObject({ missing: 0 });
    expect(sentence).toMatch(/^direct bears .* fluentd CPU gave out first: at its limit\.$/);
  });

  test('of a stage that is at no limit just above the highest rate, the next rate tells', async () => {
    const context = fakeContext((spec) => ({
      ...bearing(10_000)(spec),
      ...(Number(spec.load.linesPerSecond) < 12_000 ? { gaveOut: null } : {}),
    }));
    await highestRate.ask(context);
    expect(context.findings.highest!.lowestBroken).toBeLessThan(12_000);
    expect(context.findings.highest!.gaveOut).toMatchObject({ stage: 'fluentd CPU' });
  });

  test('where none of the rates tried has a stage at its limit, one well above them is tried for it', async () => {
    const context = fakeContext((spec) => ({
      ...bearing(10_000)(spec),
      ...(Number(spec.load.linesPerSecond) < 20_000 ? { gaveOut: null } : {}),
    }));
    await highestRate.ask(context);
    expect(context.findings.highest).toMatchObject({ lowestBroken: 11_000, gaveOut: { stage: 'fluentd CPU' } });
    expect(context.asked.at(-1)!.load.linesPerSecond).toBe(22_000);
  });

  test('no rate above them is tried where the time is up', async () => {
    let left = 3;
    const context = fakeContext((spec) => ({ ...bearing(5000)(spec), gaveOut: null }), {
      leftMs: () => (--left > 0 ? 1e9 : 0),
    });
    await highestRate.ask(context);
    expect(context.findings.highest).toMatchObject({ gaveOut: null });
    expect(Math.max(...context.asked.map(({ load }) => Number(load.linesPerSecond)))).toBe(8000);
  });

  test('other topologies are left out by name where there is no time for them', async () => {
    const context = fakeContext(bearing(10_000), { topologies: ['direct', 'redis'], leftMs: () => 100_000 });
    await highestRate.ask(context);
    expect(context.leftOut).toEqual([expect.stringMatching(/^question 1: .* of redis: .*--topology redis/)]);
  });
});

describe('outages', () => {
  /** A buffer that fills evenly from second 2 on; `silent`: the second in which it was not read. */
  const filling =
    (silent?: number): Play =>
    ({ load }) => {
      const fullMs = load.linesPerSecond === 4000 ? 7000 : load.for === '16s' ? 7000 : 14_000;
      const seconds = Array.from({ length: 40 }, (_, second) => second * 1000).filter((at) => at !== silent);
      return {
        faults: [{ label: 'away', fromMs: 2000, toMs: 20_000 }],
        recoveryMs: 3000,
        samples: seconds.map((at) =>
          reading(at, {
            'fluentd.bufferShare': Math.min(1, (0.97 * Math.max(0, at - 2000)) / fullMs),
            'accepted.lines': at === 30_000 ? 12_000 : 2000,
          }),
        ),
      };
    };

  test('are measured until three buffers are full, and the formula is put through them', async () => {
    const context = fakeContext(filling());
    const { tables, sentence } = await outage.ask(context);
    expect(context.findings.outage).toMatchObject({
      points: 3,
      longestMs: 14_000,
      bufferBytes: 512 * 2 ** 20,
      lost: 0,
    });
    expect(context.findings.outage!.perLogByte).toBeCloseTo(1.498, 2);
    // 18 s away at 2,000 lines/s, worked off at 12,000, also after the load.
    expect(tables[0]!.rows[0]).toContain('3.6s');
    expect(sentence).toMatch(/nothing was lost/);
  });

  test('a second without a reading moves the time of a full buffer by less than itself', async () => {
    const context = fakeContext(filling(16_000));
    await outage.ask(context);
    expect(Math.abs(context.findings.outage!.longestMs - 14_000)).toBeLessThan(500);
  });

  test('a buffer that never gets full is no measurement', async () => {
    const context = fakeContext(() => ({ faults: [{ label: 'away', fromMs: 2000, toMs: 9000 }], samples: [] }));
    expect(await outage.ask(context)).toMatchObject({ measured: false });
    expect(context.findings.outage).toBeUndefined();
  });

  test('a small buffer is taken as it is, at three rates', async () => {
    const context = fakeContext(filling(), { bufferBytes: 16 * 2 ** 20 });
    await outage.ask(context);
    expect(context.asked.map(({ changes }) => changes)).toEqual([undefined, undefined, undefined]);
    expect(new Set(context.asked.map(({ load }) => load.linesPerSecond)).size).toBe(3);
  });
});

test('fan-in: service times of bulks make the simulation, and pods that were really started are told apart', async () => {
  const context = fakeContext(() => ({}), {
    bulkTimes: async (lines, bulks, atOnce) => ({ elapsedMs: (bulks * (10 + lines * 0.02)) / Math.min(atOnce, 2) }),
    footprint: async () => ({ documents: 1000, bytes: 300_000 }),
  });
  await fanIn.ask(context);
  const { domain, fanIn: found } = context.findings;
  expect(domain!.perBulkMs).toBeCloseTo(10);
  expect(domain!.perLineMs).toBeCloseTo(0.02);
  expect(domain).toMatchObject({ servers: 2, indexPerLogByte: 1.5 });
  // 30 ms of two servers each second and pod.
  expect(found).toMatchObject({ mostPods: 66, measuredPods: 4 });
});

test('topologies: losses are set against what theory says', async () => {
  const context = fakeContext(
    ({ name }) => ({
      missing: /pod-ends-direct|without-aof|evicting/.test(name) ? 7 : 0,
      sentTwice: name.startsWith('edge-killed') ? 400 : 0,
      outcome: 'pass',
    }),
    { topologies: ['direct', 'aggregator', 'redis'] },
  );
  const { tables } = await topologies.ask(context);
  expect(tables[1]!.rows.map((row) => row.at(-1))).toEqual(Array.from({ length: 12 }, () => 'yes'));
  expect(context.findings.podEnded).toMatchObject({ direct: { missing: 7 }, redis: { missing: 0 } });
  const unexpected = async (play: Play) => {
    const { tables } = await topologies.ask(fakeContext(play, { topologies: ['direct', 'aggregator', 'redis'] }));
    return tables[1]!.rows.filter((row) => row.at(-1) === 'no').length;
  };
  expect(await unexpected(() => ({ missing: 0, sentTwice: 400 }))).toBe(3);
  // A killed edge after which nothing was sent again, and a document that is there twice, are surprises too.
  expect(await unexpected(({ name }) => ({ missing: /direct|without|evicting/.test(name) ? 7 : 0 }))).toBe(3);
  expect(await unexpected(() => ({ duplicated: 1, sentTwice: 400 }))).toBe(12);
});

describe('cheap fixes', () => {
  const drains =
    (of: Record<string, number>): Play =>
    ({ name }) => ({ accepted: 100_000, achieved: 10_000, drainMs: of[name] ?? 5000 });
  const findings = { bytesPerLine: 200, highest: { linesPerSecond: 9000, lowestBroken: 10_000, gaveOut: null } };

  test('one that gets more to the domain than every run as it is is named', async () => {
    const { sentence } = await cheapFixes.ask(fakeContext(drains({ 'fix-flush_thread_count-4': 1000 }), { findings }));
    expect(sentence).toMatch(/flush_thread_count 4 gets the most of all: 1\.36 times the mean/);
  });

  test('nothing is claimed inside the noise of the runs as it is', async () => {
    const context = fakeContext(drains({ 'fix-none': 1000, 'fix-flush_thread_count-4': 1500 }), { findings });
    expect((await cheapFixes.ask(context)).sentence).toMatch(
      /6,667 to 9,091 lines\/s in 2 runs .* No single setting gets more/,
    );
  });

  test('without a rate that broke there is nothing to mend', async () => {
    expect(await cheapFixes.ask(fakeContext(() => ({})))).toMatchObject({ measured: false });
  });
});

test('duplicates are counted with ids and without', async () => {
  const context = fakeContext(({ name }) => ({
    duplicated: name.includes('without') ? 40 : 0,
    missing: 0,
    metrics: { 'fluentd.cpu': cpu(0.2) },
  }));
  const { sentence, tables } = await duplicates.ask(context);
  expect(sentence).toMatch(/without ids 80 documents were there twice, with ids 0\. What they cost: 0\.200 cores/);
  expect(tables[0]!.rows.map((row) => row[4])).toEqual([0, 40, 0, 40]);
});

test('capacity says what was not measured', async () => {
  expect(await capacity.ask(fakeContext(() => ({})))).toMatchObject({
    measured: false,
    sentence: expect.stringMatching(/^not measured because/),
  });
});
