import { expect, test } from 'vitest';
import { bareFigure, figure, heading, mebibytes, rate, tick } from './figures.ts';

test('a figure has three digits that count, thousands apart, and its unit', () => {
  expect(figure(12345.6, 'lines/s')).toBe('12,346 lines/s');
  expect(figure(0.12345, 'cores')).toBe('0.123 cores');
  expect(figure(99.96, 'cores')).toBe('100 cores');
  expect(figure(0)).toBe('0');
  expect(figure(-1234, 'lines')).toBe('−1,234 lines');
});
test('times, sizes and shares tell their unit themselves', () => {
  expect(figure(1234, 'ms')).toBe('1.2s');
  expect(figure(0.4, 'ms')).toBe('0.4ms');
  expect(figure(0, 'ms')).toBe('0ms');
  expect(figure(10 * 2 ** 20, 'bytes')).toBe('10.0 MiB');
  expect(figure(2 ** 19, 'bytes/s')).toBe('512.0 KiB/s');
  expect(figure(0.125, 'share')).toBe('12.5 %');
  expect(heading('p99', 'ms')).toBe('p99');
  expect(heading('rate', 'lines/s')).toBe('rate (lines/s)');
  expect(heading('pods', 'pods')).toBe('pods');
});
test('what was not measured is a dash, and what has no end is no number', () => {
  expect(bareFigure(null, 'ms')).toBe('–');
  expect(figure(undefined, 'lines/s')).toBe('–');
  expect(bareFigure(Number.POSITIVE_INFINITY, 'ms')).toBe('∞');
  expect(rate(null, 200)).toBe('–');
});
test('a rate is told in lines and in MiB', () => {
  expect(rate(8000, 200)).toBe('8,000 lines/s (1.53 MiB/s)');
  expect(mebibytes(2000, 200)).toBe('0.38');
});
test('a unit named like a property of every object is a unit like others', () => {
  expect(figure(3, 'constructor')).toBe('3 constructor');
});
test('marks of an axis are short', () => {
  expect([0, 500, 10_000, 60_000, 600_000, 3_600_000, 5_400_000].map((ms) => tick(ms, 'ms'))).toEqual([
    '0',
    '500ms',
    '10s',
    '1m',
    '10m',
    '1h',
    '1h 30m',
  ]);
  expect(tick(64 * 2 ** 20, 'bytes')).toBe('64 MiB');
});
