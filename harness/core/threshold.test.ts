import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sample } from './sample.ts';
import { evaluate, firstBreach, parseThreshold, type Total } from './threshold.ts';
import { UsageError } from './trouble.ts';

const NONE: Record<Total, number | null> = {
  missing: 0,
  duplicated: 3,
  unexpected: 0,
  corrupted: 0,
  p50: 700,
  p90: 900,
  p99: 4999,
  max: 9000,
  drain: null,
  recovery: null,
};
const cpu = (...readings: (number | undefined)[]): Sample[] =>
  readings.map((value, i) => ({
    trial: 't',
    atMs: i * 1000,
    values: value === undefined ? {} : { 'fluentd.cpu': value },
  }));

describe('a threshold is read', () => {
  test.each([
    ['missing == 0', { of: 'total', name: 'missing', operator: '==', limit: 0 }],
    ['p99 < 5s', { of: 'total', name: 'p99', operator: '<', limit: 5000 }],
    ['max<1.5m', { of: 'total', name: 'max', operator: '<', limit: 90_000 }],
    ['fluentd.cpu < 0.8', { of: 'metric', name: 'fluentd.cpu', aggregate: 'max', operator: '<', limit: 0.8 }],
    ['fluentd.memory < 300MiB', { name: 'fluentd.memory', aggregate: 'max', limit: 314_572_800 }],
    [' lag.lines <= 5000 ', { expression: 'lag.lines <= 5000', name: 'lag.lines', operator: '<=', limit: 5000 }],
    ['max(fluentd.buffer) < 100MiB', { name: 'fluentd.buffer', aggregate: 'max', limit: 104_857_600 }],
    ['mean( fluentd.buffer ) < 1KiB', { aggregate: 'mean', limit: 1024 }],
    ['p99(harness.delay) < 20ms', { name: 'harness.delay', aggregate: 'p99', limit: 20 }],
    ['edge.bytes >= 2MiB/s', { aggregate: 'min', operator: '>=', limit: 2_097_152 }],
    ['max(edge.bytes) > 2MiB', { aggregate: 'max', operator: '>' }],
    ['host.steal < 5%', { limit: 0.05 }],
    ['drain == 0', { of: 'total', name: 'drain', limit: 0 }],
  ])('%s', (expression, expected) => {
    expect(parseThreshold(expression)).toMatchObject(expected);
  });
});

describe('a threshold is refused', () => {
  test.each([
    ['', 'threshold "": expected NAME < LIMIT such as'],
    ['missing', 'threshold "missing": expected NAME < LIMIT such as'],
    ['missing = 0', '==, <, <=, > and >= are known'],
    ['missing == 0 0', 'expected NAME < LIMIT'],
    [
      'fluentd.cpus < 1',
      /^threshold "fluentd\.cpus < 1": unknown metric "fluentd\.cpus" \(did you mean "fluentd\.cpu"\?\); there are missing, .*p99.*, fluentd\.cpu, .*host\.steal$/,
    ],
    ['fluentd.memroy < 1B', 'did you mean "fluentd.memory"?'],
    ['speed < 1', /unknown metric "speed"; there are/],
    ['toString < 1', 'unknown metric "toString"'],
    ['mean(p99) < 5s', 'p99 is one figure already: expected it without mean( )'],
    ['median(fluentd.cpu) < 1', 'expected max( ), min( ), mean( ), p99( ), got "median( )"'],
    ['p99 < 5', 'expected a duration such as 5ms, 5s, 5m, 5h, got "5"'],
    ['fluentd.memory < 300', 'expected a size such as'],
    ['fluentd.memory < 300MB', 'expected a size such as'],
    ['fluentd.cpu < 80%', 'expected a number of cores, got "80%"'],
    ['missing == none', 'expected a number of records, got "none"'],
    ['missing < -1', 'expected a limit of 0 or more, got "-1"'],
  ])('%s', (expression, message) => {
    expect(() => parseThreshold(expression)).toThrow(UsageError);
    expect(() => parseThreshold(expression)).toThrow(message);
  });
});

describe('a threshold is judged', () => {
  const judged = (expression: string, samples = cpu(0.1, undefined, 0.9, 0.2)) =>
    evaluate(parseThreshold(expression), { samples, totals: NONE });
  test.each([
    ['missing == 0', 0, true],
    ['duplicated == 0', 3, false],
    ['p99 < 5s', 4999, true],
    ['p99 < 4999ms', 4999, false],
    ['p99 <= 4999ms', 4999, true],
    ['max > 9s', 9000, false],
    ['max >= 9s', 9000, true],
    ['fluentd.cpu < 0.9', 0.9, false],
    ['fluentd.cpu <= 0.9', 0.9, true],
    ['fluentd.cpu > 0.1', 0.1, false],
    ['mean(fluentd.cpu) < 0.41', 0.4, true],
  ])('%s', (expression, measured, kept) => {
    const result = judged(expression);
    expect([result.expression, result.kept]).toEqual([expression, kept]);
    expect(result.measured).toBeCloseTo(measured, 9);
  });
  test('what was not measured is not kept', () => {
    expect(judged('drain < 5m')).toEqual({ expression: 'drain < 5m', measured: null, kept: false });
    expect(judged('fluentd.cpu < 9', [])).toMatchObject({ measured: null, kept: false });
    expect(judged('redis.cpu < 9')).toMatchObject({ measured: null, kept: false });
  });
  test('p99 is the nearest rank', () => {
    const readings = [...Array(200).keys()].map((i) => (i + 1) / 100);
    expect(judged('p99(fluentd.cpu) < 1', cpu(...readings)).measured).toBe(1.98);
  });
  test('whatever the readings, they lie between min and max, and p99 has at most a hundredth above it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (readings) => {
          const of = (aggregate: string) => judged(`${aggregate}(fluentd.cpu) < 1`, cpu(...readings)).measured!;
          expect(of('min')).toBe(Math.min(...readings));
          expect(of('max')).toBe(Math.max(...readings));
          expect(of('mean')).toBeGreaterThanOrEqual(of('min') - 1e-9);
          expect(of('mean')).toBeLessThanOrEqual(of('max') + 1e-9);
          expect(readings.filter((one) => one > of('p99')).length).toBeLessThanOrEqual(readings.length / 100);
          expect(readings.filter((one) => one >= of('p99')).length).toBeGreaterThan(readings.length / 100);
        },
      ),
    );
  });
});

describe('a load is aborted', () => {
  const limit = parseThreshold('fluentd.cpu < 0.5');
  test('once a metric is beyond its limit in every reading for longer than the grace', () => {
    expect(firstBreach(limit, cpu(0.6, 0.6, 0.6, 0.6), 2000)).toEqual({ sinceMs: 0, atMs: 3000, measured: 0.6 });
    expect(firstBreach(limit, cpu(0.6, 0.6, 0.6), 2000)).toBeUndefined();
    expect(firstBreach(limit, cpu(0.6, undefined, undefined, 0.7), 2000)).toMatchObject({ atMs: 3000, measured: 0.7 });
    expect(firstBreach(limit, cpu(0.6, 0.6, 0.4, 0.6, 0.6), 1500)).toBeUndefined();
  });
  test('never for a total', () => {
    expect(firstBreach(parseThreshold('missing == 0'), cpu(1, 1, 1, 1), 0)).toBeUndefined();
  });
  test('one reading within the limit more often than the grace keeps it going', () => {
    const bad = fc.constantFrom(0.5, 0.7, undefined);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(bad, { maxLength: 3 }), fc.constant(0.1))), (parts) => {
        expect(firstBreach(limit, cpu(...parts.flat(2)), 2000)).toBeUndefined();
      }),
    );
  });
});
