import { describe, expect, test } from 'vitest';
import { type FanIn, mostPods, simulateFanIn } from './simulation.ts';

const domain: FanIn = {
  pods: 1,
  linesPerSecond: 100,
  flushIntervalMs: 1000,
  linesPerBulk: 8000,
  threads: 2,
  perBulkMs: 10,
  perLineMs: 0.1,
  servers: 2,
};

describe('many pods into one domain', () => {
  test('one pod waits for its own bulk only', () => {
    expect(simulateFanIn(domain)).toEqual({
      pods: 1,
      utilisation: 0.01,
      linesPerBulk: 100,
      bulksPerSecond: 1,
      p99Ms: 20,
    });
  });

  test('pods wait for each other when the domain is nearly full, and for ever when it is', () => {
    const free = simulateFanIn({ ...domain, pods: 10 }).p99Ms;
    const nearly = simulateFanIn({ ...domain, pods: 97 }).p99Ms;
    expect(nearly).toBeGreaterThan(free);
    expect(nearly).toBeLessThan(1000);
    expect(simulateFanIn({ ...domain, pods: 101 })).toMatchObject({ p99Ms: Number.POSITIVE_INFINITY });
  });

  test('a bulk holds no more lines than it may, and a pod sends no more than its threads at a time', () => {
    const big = { ...domain, linesPerSecond: 32_000, perBulkMs: 0, perLineMs: 0.02, servers: 8 };
    // 4 bulks of 160 ms; 2 threads: the last two wait for the first two.
    expect(simulateFanIn(big)).toMatchObject({ linesPerBulk: 8000, bulksPerSecond: 4 });
    expect(simulateFanIn(big).p99Ms).toBeCloseTo(320);
  });

  test('the most pods are those below which the goal holds, by the same simulation', () => {
    for (const withinMs of [20, 25, 60, 500]) {
      const pods = mostPods(domain, withinMs);
      expect(simulateFanIn({ ...domain, pods }).p99Ms).toBeLessThanOrEqual(withinMs);
      expect(simulateFanIn({ ...domain, pods: pods + 1 }).p99Ms).toBeGreaterThan(withinMs);
    }
    expect(mostPods(domain, 19)).toBe(0);
  });
});
