import { expect, test } from 'vitest';
import type { Sample } from '../harness/core/sample.ts';
import { parseThreshold } from '../harness/core/threshold.ts';
import { overLimit } from './sampled.ts';

const at = (second: number, values: Sample['values']): Sample => ({ trial: 't', atMs: second * 1000, values });

test('a lag above the limit ends a load, one at it does not', () => {
  expect(overLimit([at(1, { 'lag.lines': 5001 })], { abortAtLag: 5000 })).toBe(
    '5,001 lines were written and not searchable, more than 5,000',
  );
  expect(overLimit([at(1, { 'lag.lines': 5000 })], { abortAtLag: 5000 })).toBeUndefined();
  expect(overLimit([at(1, {})], { abortAtLag: 5000 })).toBeUndefined();
});

test('a threshold ends it once it was broken for longer than the grace', () => {
  const limits = { thresholds: [parseThreshold('fluentd.cpu < 0.4')], abortAfterMs: 2000 };
  const samples = [0.3, 0.5, 0.5, 0.5, 0.5].map((cpu, second) => at(second, { 'fluentd.cpu': cpu }));
  expect(overLimit(samples.slice(0, 4), limits)).toBeUndefined();
  expect(overLimit(samples, limits)).toBe('fluentd.cpu < 0.4 was broken from 1 s on: 0.5');
  expect(overLimit(samples, { thresholds: limits.thresholds })).toBeUndefined();
});
