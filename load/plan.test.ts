import { describe, expect, test } from 'vitest';
import type { CalibratedName } from '../harness/core/calibrated-figures.ts';
import type { Factor } from '../harness/core/calibration.ts';
import type { Findings } from '../harness/core/load-results.ts';
import { type Demand, planFor } from './plan.ts';

const demand: Demand = {
  pods: 200,
  linesPerSecond: 800,
  bytesPerLine: 400,
  peak: 5,
  outageMs: 15 * 60_000,
  p99Ms: 5000,
};
const MIB = 2 ** 20;
const measured: Findings = {
  bytesPerLine: 400,
  highest: { linesPerSecond: 8000, gaveOut: null },
  fluentd: {
    baseCores: 0.02,
    coresPerLine: 50e-6,
    spread: 0.1,
    points: 5,
    toLines: 8000,
    memoryBytes: 150 * MIB,
    cpuLimit: 0.5,
  },
  outage: { points: 3, longestMs: 60_000, perLogByte: 1.25, bufferBytes: 512 * MIB, lost: 0 },
  domain: { perBulkMs: 5, perLineMs: 0.02, servers: 2, indexPerLogByte: 0.5 },
  fanIn: { mostPods: 10, measuredPods: 4, gaveOut: null },
};
const cell = (name: string, findings = measured, asked = demand, factors?: Factor[]) =>
  planFor(asked, findings, factors && { factors })
    .table.rows.find(([first]) => first === name)
    ?.slice(1);

describe('a plan', () => {
  test('sizes the sidecar by its cost a line at the peak, with the margin, and the pod that Fargate makes of it', () => {
    // 0.02 + 4000 × 50 µs = 0.22 cores; × 1.3 = 0.286.
    expect(cell('sidecar, CPU')).toEqual([
      '0.30 cores',
      expect.stringMatching(/^0\.20–0\.24 /),
      expect.stringContaining('50.0 µs'),
    ]);
    expect(cell('sidecar, memory')![0]).toBe('256.0 MiB');
    expect(cell('Fargate, a pod')).toEqual(['1 vCPU, 2 GB', '$36.04 a month, $7,208 for 200 pods', expect.anything()]);
  });

  test('sizes buffer and volume by the outage', () => {
    // 800 × 400 B × 900 s × 1.25 = 343.3 MiB.
    expect(cell('total_limit_size')!.slice(0, 2)).toEqual([
      '446.3 MiB',
      '343.3 MiB at the steady rate, 1.7 GiB if all of it were peak',
    ]);
    expect(cell('log volume')![0]).toBe('803.4 MiB');
  });

  test('sizes the domain by its service times', () => {
    // 200 bulks/s × (5 + 800 × 0.02) ms = 4.2 cores; / 0.6 = 7.
    expect(cell('domain, cores for indexing')!.slice(0, 2)).toEqual(['7', expect.stringMatching(/^210 % .* 850 %/)]);
    expect(cell('domain, storage a day')![0]).toBe('2574.9 GiB');
  });

  test('judges by the domain that was measured, at the planned rate: not by the pods of another rate', () => {
    expect(planFor(demand, measured).verdict.sentence).toMatch(
      /^Would not help: the domain bears \d\d pods at 4,000 lines/,
    );
    expect(planFor({ ...demand, pods: 40, peak: 1 }, measured).verdict).toMatchObject({ queue: 'not needed' });
  });

  test('says what it goes beyond', () => {
    const { remarks } = planFor({ ...demand, peak: 20, bytesPerLine: 200 }, measured);
    expect(remarks).toEqual([
      "16,000 lines/s a pod: measured up to 8,000; the rest is the line's course",
      "measured with lines of 400 B, planned for 200 B: a line's cost is taken to be the same",
      expect.stringMatching(/an outage of 15m 0s: the longest measured was 60\.0s/),
      expect.stringMatching(/^\d+ pods: 4 were measured, the rest is simulated$/),
    ]);
  });

  test('leaves out what was not measured, and says so', () => {
    const { table, remarks, verdict } = planFor(demand, { bytesPerLine: 400 });
    expect(table.rows.map(([name]) => name)).toEqual(['steady, a pod', 'peak, a pod', 'steady, all pods']);
    expect(remarks).toHaveLength(3);
    expect(verdict.queue).toBe('not found out');
  });
});

describe('a plan with a calibration', () => {
  const factor = (figure: CalibratedName, value: number, band: Factor['band'], over: Partial<Factor> = {}): Factor => ({
    figure,
    topology: 'direct',
    factor: value,
    band,
    from: [],
    ...over,
  });
  // Of work done a second of CPU: half as much costs twice as much.
  const cpu = factor('lines a CPU-second of fluentd', 0.5, { low: 0.4, high: 0.625 });
  const remarksOf = (factors: Factor[], asked = demand) => planFor(asked, measured, { factors }).remarks;

  test('multiplies the sidecar by what a line costs there, and carries the band through', () => {
    // 0.22 cores × 2 = 0.44, × 1.3 = 0.572; band: 0.22 / 0.625 × 0.9 to 0.22 / 0.4 × 1.1.
    expect(cell('sidecar, CPU', measured, demand, [cpu])).toEqual([
      '0.60 cores',
      '0.32–0.61 before the margin of 1.3',
      '5 measured rates: 0.040 cores and 100.0 µs of CPU a line; the local figure times 2.00 (calibrated: lines a CPU-second of fluentd)',
    ]);
    expect(remarksOf([cpu])).toContain(
      'sidecar, CPU: the upper end of its band, 0.61 cores, is above the plan of 0.60',
    );
    expect(cell('Fargate, a pod', measured, demand, [cpu])![0]).toBe('1 vCPU, 2 GB');
  });

  test('multiplies memory, the domain and the highest rate, each by its own factor', () => {
    const factors = [
      factor('fluentd memory, highest', 2, { low: 1.5, high: 2.5 }),
      factor('service time of a bulk', 0.5, { low: 0.4, high: 0.8 }),
      factor('highest rate', 0.75, { low: 0.7, high: 0.8 }),
    ];
    expect(cell('sidecar, memory', measured, demand, factors)).toEqual([
      '448.0 MiB',
      '225.0 MiB–375.0 MiB before the margin of 1.3',
      expect.stringContaining('300.0 MiB at most were used, times 1.3; the local figure times 2.00'),
    ]);
    // 4.2 cores × 0.5 / 0.6 = 3.5; 4.2 × 0.4 / 0.6 = 2.8; 4.2 × 0.8 / 0.6 = 5.6.
    expect(cell('domain, cores for indexing', measured, demand, factors)!.slice(0, 2)).toEqual([
      '4',
      expect.stringMatching(/^105 % .*; 3–6 within the calibration's band$/),
    ]);
    expect(cell('highest rate, a pod', measured, demand, factors)!.slice(0, 2)).toEqual([
      '6,000 lines/s (2.29 MiB/s)',
      '5,600 lines/s (2.14 MiB/s) to 6,400 lines/s (2.44 MiB/s)',
    ]);
    expect(cell('highest rate, a pod')).toBeUndefined();
  });

  test('says where a band is not known, and why, and what is a local figure still', () => {
    const once = factor('lines a CPU-second of fluentd', 0.5, { unknown: 'measured once here' });
    expect(cell('sidecar, CPU', measured, demand, [once])).toEqual([
      '0.60 cores',
      '0.40–0.48 before the margin of 1.3',
      expect.stringMatching(/its band is not known: measured once here$/),
    ]);
    expect(remarksOf([once]).slice(0, 3)).toEqual([
      'the highest rate: local figures, not calibrated on Fargate',
      "fluentd's memory: local figures, not calibrated on Fargate",
      "the domain's service times: local figures, not calibrated on Fargate",
    ]);
  });

  test('judges by the rate that AWS bears, and says where the band would turn the verdict', () => {
    const asked = { ...demand, pods: 10, peak: 5 };
    const rate = (value: number, band: Factor['band']) =>
      planFor(asked, measured, { factors: [factor('highest rate', value, band)] });
    expect(planFor(asked, measured).verdict.queue).toBe('not needed');
    expect(rate(0.4, { low: 0.3, high: 0.45 }).verdict.sentence).toMatch(/^Would not help: the pod bears 3,200 lines/);
    const near = rate(0.6, { low: 0.45, high: 0.8 });
    expect(near.verdict.queue).toBe('not needed');
    expect(near.remarks).toContainEqual(
      expect.stringMatching(/^at the less favourable ends of the calibration's bands .* the pod bears 3,600 lines/),
    );
  });

  test('takes the factors of direct alone, and the next best figure where the first has none', () => {
    const redis = factor('lines a CPU-second of fluentd', 0.1, { low: 0.1, high: 0.1 }, { topology: 'redis' });
    expect(cell('sidecar, CPU', measured, demand, [redis])).toEqual(cell('sidecar, CPU'));
    const domain = factor('lines a CPU-second of the domain', 2, { low: 2, high: 2 });
    expect(cell('domain, cores for indexing', measured, demand, [domain])![0]).toBe('4');
  });
});
