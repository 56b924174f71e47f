import { describe, expect, test } from 'vitest';
import { type ComparedLoad, compareTrials, differenceOf } from './load-comparison.ts';
import type { Trial } from './load-results.ts';

const trial = (name: string, over: Partial<Trial> = {}): Trial => ({
  name,
  topology: 'direct',
  changes: {},
  pods: 1,
  bytesPerLine: 200,
  offered: 1000,
  achieved: 1000,
  measuredMs: 60_000,
  outcome: 'pass',
  reasons: [],
  accepted: 60_000,
  missing: 0,
  duplicated: 0,
  unexpected: 0,
  corrupted: 0,
  sentTwice: 0,
  toAccepted: null,
  toSearchable: null,
  drainMs: null,
  recoveryMs: null,
  blockedMs: 0,
  metrics: {},
  gaveOut: null,
  thresholds: [],
  faults: [],
  ...over,
});
const load = (trials: Trial[], over: Partial<ComparedLoad> = {}): ComparedLoad => ({
  trials,
  target: 'k3s',
  pipeline: 'delivered',
  engine: { name: 'opensearch', version: '2.19.5' },
  machine: { cpus: 2, memoryBytes: 8, cpuModel: 'm', kernel: 'k' },
  images: { fluentd: 'f:1' },
  ...over,
});
const repeated = (rates: number[], over: Partial<Trial> = {}) =>
  load(rates.map((achieved, i) => trial(`steady#${i + 1}`, { achieved, ...over })));
const rateOf = (a: ComparedLoad, b: ComparedLoad) =>
  compareTrials(a, b).trials[0]?.figures.find(({ name }) => name === 'achieved rate');

describe('a difference', () => {
  test('is claimed where the spreads of three repetitions do not overlap', () => {
    expect(rateOf(repeated([100, 110, 105]), repeated([211, 210, 209]))).toEqual({
      name: 'achieved rate',
      a: { n: 3, mean: 105, min: 100, max: 110 },
      b: { n: 3, mean: 210, min: 209, max: 211 },
      ratio: 2,
      difference: 'higher',
    });
    expect(rateOf(repeated([211, 210, 209]), repeated([100, 110, 105]))?.difference).toBe('lower');
  });
  test('is not claimed where they touch, nor of fewer than three on either side', () => {
    expect(rateOf(repeated([1, 2, 3]), repeated([3, 4, 5]))?.difference).toBe('no difference shown');
    expect(rateOf(repeated([3, 4, 5]), repeated([1, 2, 3]))?.difference).toBe('no difference shown');
    expect(rateOf(repeated([1, 2]), repeated([8, 9, 10]))?.difference).toBe('no difference shown');
    expect(rateOf(repeated([1, 2, 3]), repeated([8, 9]))?.difference).toBe('no difference shown');
    expect(differenceOf(null, { n: 3, mean: 1, min: 1, max: 1 })).toBe('no difference shown');
  });
  test('is not drawn from trials that ended in an error: they are named', () => {
    const b = repeated([8, 9, 10]);
    b.trials[1] = trial('steady#2', { outcome: 'error', achieved: 0 });
    const comparison = compareTrials(repeated([1, 2, 3]), b);
    expect(comparison.trials[0]?.figures[0]?.b).toEqual({ n: 2, mean: 9, min: 8, max: 10 });
    expect(comparison.passedOver).toEqual(['b: steady#2 (error)']);
  });
});

test('a ratio to nothing is none; what neither side measured is left out', () => {
  const { trials } = compareTrials(load([trial('a', { missing: 0 })]), load([trial('a', { missing: 5 })]));
  expect(trials[0]?.figures.map(({ name }) => name)).toEqual(['achieved rate', 'missing lines', 'duplicated lines']);
  expect(trials[0]?.figures[1]).toMatchObject({ a: { mean: 0 }, b: { mean: 5 }, ratio: null });
});

test('trials of one side only are named, and what differs about the runs is told', () => {
  const a = load([trial('x'), trial('both')]);
  const b = load([trial('both'), trial('y#1')], { kubernetes: 'v1.34', images: { fluentd: 'f:2', redis: 'r' } });
  expect(compareTrials(a, b)).toMatchObject({
    trials: [{ name: 'both' }],
    onlyA: ['x'],
    onlyB: ['y'],
    unlike: ['Kubernetes: none → v1.34', 'image fluentd: f:1 → f:2', 'image redis: none → r'],
  });
});

test('a rehearsal of AWS is another place than AWS', () => {
  const [a, b] = [load([], { target: 'aws' }), load([], { target: 'aws', rehearsal: ['nothing is billed'] })];
  expect(compareTrials(a, b).unlike).toEqual(['target: aws → aws, in a rehearsal']);
});
