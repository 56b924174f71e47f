import { describe, expect, test } from 'vitest';
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
const cell = (name: string, findings = measured, asked = demand) =>
  planFor(asked, findings)
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
