import { expect, test } from 'vitest';
import type { LoadOptions } from '../harness/cli/load-run-options.ts';
import { profileOf } from '../harness/core/profile.ts';
import { parseThreshold } from '../harness/core/threshold.ts';
import { fakeTrial } from '../harness/report/fake-load.ts';
import type { Measured } from './context.ts';
import type { LoadRun } from './load-run.ts';
import { judged, runProfile } from './run-profile.ts';

const cpu = (second: number, value: number) => ({ trial: 't', atMs: second * 1000, values: { 'fluentd.cpu': value } });
const trial = (over: Partial<Measured> = {}): Measured => ({
  ...fakeTrial('t', { measuredMs: 4000, toSearchable: { p50: 1, p90: 2, p99: 4000, max: 5 } }),
  samples: [cpu(0, 0.9), cpu(1, 0.9), cpu(2, 0.3), cpu(3, 0.4), cpu(6, 0.3), cpu(7, 0.9)],
  ...over,
});

test('metrics are held to the measured time: after the warm-up, before the draining', () => {
  expect(judged(parseThreshold('fluentd.cpu < 0.5'), trial(), 2000)).toEqual({
    expression: 'fluentd.cpu < 0.5',
    measured: 0.4,
    unit: 'cores',
    kept: true,
  });
  expect(judged(parseThreshold('fluentd.cpu < 0.5'), trial(), 0)).toMatchObject({ measured: 0.9, kept: false });
});

test('totals are those of the trial', () => {
  expect(judged(parseThreshold('p99 < 5s'), trial(), 0)).toMatchObject({ measured: 4000, unit: 'ms', kept: true });
  expect(judged(parseThreshold('missing == 0'), trial({ missing: 3 }), 0)).toMatchObject({ measured: 3, kept: false });
});

test('what could not be judged has kept nothing', () => {
  const error = trial({ outcome: 'error', missing: 0 });
  expect(judged(parseThreshold('missing == 0'), error, 0)).toMatchObject({ measured: null, kept: false });
});

test('limits of a profile on the edge are left out by name where none stands; those that were asked for are not', async () => {
  const profile = profileOf('fan-in', {
    title: 't',
    stages: [{ for: '10s', linesPerSecond: 1 }],
    thresholds: ['missing == 0', 'edge.refused == 0'],
  });
  const run = async (sentTwice: number | null) => {
    const one = trial({ sentTwice });
    const leftOut: string[] = [];
    const load = { trial: async () => one, leaveOut: (what: string) => leftOut.push(what) };
    const options = { topologies: ['direct'], thresholds: [parseThreshold('edge.bytes < 1MiB')] };
    await runProfile(profile, load as unknown as LoadRun, options as unknown as LoadOptions);
    return { leftOut, judged: one.thresholds.map(({ expression, kept }) => [expression, kept]) };
  };
  expect(await run(null)).toEqual({
    leftOut: ['edge.refused == 0 of profile fan-in: no edge stands before the domain to tell'],
    judged: [
      ['missing == 0', true],
      ['edge.bytes < 1MiB', false],
    ],
  });
  expect(await run(0)).toMatchObject({ leftOut: [], judged: { length: 3 } });
});
