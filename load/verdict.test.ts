import { describe, expect, test } from 'vitest';
import type { Findings } from '../harness/core/load-results.ts';
import { type Goals, queueVerdict } from './verdict.ts';

const goals: Goals = { linesPerSecond: 1000, bytesPerLine: 200, pods: 20, p99Ms: 5000, outageMs: 15 * 60_000 };
const MIB = 2 ** 20;
const good: Findings = {
  bytesPerLine: 200,
  highest: {
    linesPerSecond: 8000,
    lowestBroken: 9000,
    gaveOut: { stage: 'fluentd CPU', evidence: ['fluentd.cpu up to 0.50 cores'] },
  },
  lostInQuiet: { missing: 0, accepted: 100_000 },
  outage: { points: 3, longestMs: 60_000, perLogByte: 1.5, bufferBytes: 512 * MIB, lost: 0 },
  fanIn: { mostPods: 60, measuredPods: 4, gaveOut: null },
  podEnded: { direct: { missing: 400, accepted: 1000 }, redis: { missing: 0, accepted: 1000 } },
};

describe('whether a queue is needed', () => {
  test('not, where rate, fan-in and outage are borne; it names its measurements and what would flip it', () => {
    const verdict = queueVerdict(goals, good);
    expect(verdict.queue).toBe('not needed');
    expect(verdict.sentence).toBe(
      "Not needed up to 8,000 lines/s (1.53 MiB/s) a pod and 60 pods at 1,000 lines/s (0.19 MiB/s): the first limit is fluentd's CPU limit; an outage of 15m 0s is outlasted by the file buffer (29m 50s at 1,000 lines/s (0.19 MiB/s)).",
    );
    expect(verdict.because).toContain('gave out first: fluentd CPU: fluentd.cpu up to 0.50 cores');
    expect(verdict.because).toContain('a pod that ended while the domain was away: direct lost 400 of 1,000 records');
    expect(verdict.flips).toEqual([
      "an outage goal above 15h 54m 26s at this rate: what it leaves behind does not fit on a pod's disk (16.0 GiB)",
      'pods that may end while the domain is away (rollouts, evictions): their buffer goes with them, which redis kept; then a queue is needed, or such ends must wait',
      'a pod that writes more than 8,000 lines/s (1.53 MiB/s): then no queue helps, only a second reader or more CPU',
      'more than 60 pods: then the domain is the limit',
    ]);
    expect(verdict.extrapolated).toEqual([
      "an outage of 15m 0s: the longest measured was 60.0s, the rest is the formula's line",
      '60 pods: 4 were measured, the rest is simulated',
    ]);
  });

  test.each<[string, Partial<Goals>, Partial<Findings>, string, RegExp]>([
    [
      'a larger buffer comes before a queue',
      { outageMs: 45 * 60_000 },
      {},
      'not needed',
      /raise total_limit_size from 512\.0 MiB, which lasts 29m 50s, to 965\.6 MiB/,
    ],
    [
      'an outage whose lines fit on no disk',
      { outageMs: 24 * 3_600_000 },
      {},
      'needed',
      /^Needed: an outage of 24h 0m 0s is the goal, direct outlasts 29m 50s .* 24\.1 GiB do not fit/,
    ],
    [
      'more than the pod bears',
      { linesPerSecond: 9000 },
      {},
      'would not help',
      /bears 8,000 lines\/s .* 9,000 lines\/s .* is the goal; the first limit is fluentd's CPU limit/,
    ],
    [
      'no rate was borne',
      {},
      { highest: { linesPerSecond: undefined, gaveOut: null } },
      'would not help',
      /bears no rate that was tried/,
    ],
    [
      'more than the domain bears',
      { pods: 61 },
      {},
      'would not help',
      /the domain bears 60 pods .* and 61 are the goal/,
    ],
    [
      'loss in good health',
      {},
      { lostInQuiet: { missing: 3, accepted: 10 } },
      'would not help',
      /3 of 10 records were lost with the domain in good health/,
    ],
    ['nothing measured', {}, { highest: undefined as never }, 'not found out', /highest rate was not measured/],
    ['no outage measured', {}, { outage: undefined as never }, 'not found out', /outlasts was not measured/],
  ])('%s', (_, other, found, queue, sentence) => {
    const verdict = queueVerdict({ ...goals, ...other }, { ...good, ...found });
    expect(verdict).toMatchObject({ queue, sentence: expect.stringMatching(sentence) });
  });

  test('a buffer that an outage fills before the goal is the first to give out, whatever a higher rate would do', () => {
    const small = { ...good, outage: { ...good.outage!, bufferBytes: 16 * MIB } };
    const { because, sentence } = queueVerdict(goals, small);
    expect(because[0]).toBe(
      'gave out first: buffer: 16.0 MiB are full 55.9s into an outage at 1,000 lines/s (0.19 MiB/s), and 15m 0s are the goal (3 buffers were measured until they were full)',
    );
    expect(because).toContain('as the rate rose, fluentd CPU gave out first: fluentd.cpu up to 0.50 cores');
    expect(sentence).toContain("the first limit is fluentd's buffer");
    const { highest: _, ...unknown } = small;
    expect(queueVerdict(goals, unknown).because[0]).toMatch(/^gave out first: buffer: /);
  });

  test('where the rate itself is not borne, the stage that does not bear it is the first', () => {
    const small = { ...good, outage: { ...good.outage!, bufferBytes: 16 * MIB } };
    expect(queueVerdict({ ...goals, linesPerSecond: 9000 }, small).because[0]).toMatch(
      /^gave out first: fluentd CPU: /,
    );
  });

  test('what was not measured is named among what would flip it', () => {
    const { podEnded, ...rest } = good;
    expect(queueVerdict(goals, rest).flips).toContain(
      'what a pod loses that ends while the domain is away (question 5): not measured',
    );
  });
});
