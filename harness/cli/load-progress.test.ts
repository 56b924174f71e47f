import { expect, test } from 'vitest';
import type { Sample } from '../core/sample.ts';
import { LoadProgress, statusLines } from './load-progress.ts';

const trial = { name: 'rate-direct-8000', number: 3, of: 8, loadMs: 120_000 };
const sample = (values: Sample['values'], atMs = 30_000): Sample => ({ trial: trial.name, atMs, values });

test('two lines: which trial, at what, how long still, and its newest readings', () => {
  const lines = statusLines(
    trial,
    'stage 2 of 3',
    sample({
      'offered.lines': 8000,
      'written.lines': 7990.4,
      'accepted.lines': 7600,
      'searchable.lines': 0,
      'lag.lines': 12_000,
      'fluentd.buffer': 3 * 2 ** 20,
      'fluentd.cpu': 0.55,
      'fluentd.throttled': 0.1,
    }),
  );
  expect(lines).toEqual([
    'trial 3 of 8: rate-direct-8000 · stage 2 of 3 · 90.0s of load to come',
    'lines/s offered 8,000 written 7,990 accepted 7,600 searchable 0 · lag 12,000 · buffer 3.0 MiB · CPU 0.55 · throttled 10 %',
  ]);
});
test('what was not read is left out, and a load that takes longer has nothing to come', () => {
  expect(statusLines(trial, '', undefined)).toEqual(['trial 3 of 8: rate-direct-8000 · 2m 0s of load to come']);
  expect(statusLines(trial, 'draining', sample({}, 999_000))).toEqual([
    'trial 3 of 8: rate-direct-8000 · draining · 0ms of load to come',
  ]);
  expect(statusLines(trial, '', sample({ 'lag.lines': 1 }, -5000))).toEqual([
    'trial 3 of 8: rate-direct-8000 · 2m 0s of load to come',
    'lag 1',
  ]);
});

test('of how many is told where it is known', () => {
  const { of: _, ...search } = trial;
  expect(statusLines(search, '', undefined)).toEqual(['trial 3: rate-direct-8000 · 2m 0s of load to come']);
});

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  const fake = { isTTY, columns: 60, write: (text: string) => written.push(text) };
  return { written, progress: new LoadProgress(fake as unknown as NodeJS.WriteStream) };
};

test('without a terminal a trial is its start and its end', () => {
  const { written, progress } = stream(false);
  progress.start(trial);
  progress.say('standing the pipeline up');
  progress.read(sample({ 'lag.lines': 5 }));
  progress.done('✔ rate-direct-8000');
  progress.stop();
  expect(written).toEqual(['trial 3 of 8: rate-direct-8000, 2m 0s\n', '✔ rate-direct-8000\n']);
});
