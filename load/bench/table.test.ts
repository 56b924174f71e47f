import { expect, test } from 'vitest';
import { met, type Row, ratioRow, spreadOf, unmeasured, withUnit } from './figure.ts';
import { markdownTable, rowLine } from './table.ts';

const fast = { name: 'fast', unit: 'lines/s', values: [200, 300, 100] };
const slow = { name: 'slow', unit: 'lines/s', values: [10, 10, 20] };
const row = ratioRow('fast against slow', fast, slow, { bound: 'at least', value: 10 });

test('a ratio is the median of the ratios of each round, not the ratio of two medians', () => {
  expect(row.measured).toBe(20);
  expect(row.series[2]!.values).toEqual([20, 30, 5]);
});

test.each([
  [10, 'at least', true],
  [9.9, 'at least', false],
  [10, 'at most', true],
  [10.1, 'at most', false],
  [null, 'at most', undefined],
] as const)('%s with 10 %s: %s', (measured, bound, expected) => {
  expect(met({ measured, aim: { bound, value: 10 } })).toBe(expected);
});

test('what has no aim is neither met nor missed', () => {
  expect(met({ measured: 1, aim: null })).toBeUndefined();
});

test('the spread is min, median, max of values in any order', () => {
  expect(spreadOf([3, 1, 2, 10])).toEqual({ min: 1, median: 2.5, max: 10 });
});

test('the table tells figure, measured, aim, and whether it was met; each contender once', () => {
  const other: Row = {
    ...row,
    figure: 'slow',
    unit: 'lines/s',
    measured: 10,
    aim: { bound: 'at least', value: 21_000 },
    series: [slow],
  };
  const lines = markdownTable([row, other, unmeasured('edge', 'Docker does not answer')]).split('\n');
  expect(lines).toContain('| fast against slow | 20 × | ≥ 10 × | yes |');
  expect(lines).toContain('| slow | 10 lines/s | ≥ 21,000 lines/s | **no** |');
  expect(lines).toContain('| edge | not measured because Docker does not answer |  |  |');
  expect(lines.filter((line) => line.startsWith('| slow | 3'))).toEqual([
    '| slow | 3 | 10 lines/s | 10 lines/s | 20 lines/s |',
  ]);
});

test('a note stands below the table, named', () => {
  expect(markdownTable([{ ...row, note: 'on two cores' }])).toContain('\nfast against slow: on two cores.\n');
});

test.each([
  [row, '✔ fast against slow: 20 ×, aim ≥ 10 ×'],
  [{ ...row, measured: 9 }, '✘ fast against slow: 9 ×, aim ≥ 10 ×'],
  [unmeasured('edge', 'it is away'), '· edge: not measured because it is away'],
] as const)('one line: %#', (one, line) => {
  expect(rowLine(one)).toBe(line);
});

test.each([
  [1234.56, 'lines/s', '1,235 lines/s'],
  [12.345, '×', '12.3 ×'],
  [0.0456, 'cores', '0.05 cores'],
  [3 * 2 ** 20, 'bytes', '3.0 MiB'],
] as const)('%s %s is %s', (value, unit, expected) => {
  expect(withUnit(value, unit)).toBe(expected);
});

test('where nothing was measured there are no contenders', () => {
  expect(markdownTable([unmeasured('edge', 'it is away')])).not.toContain('contender');
});
