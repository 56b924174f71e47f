import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBytes, formatDuration, parseDuration, parseSize } from './duration.ts';

test.each([
  ['250ms', 250],
  ['90s', 90_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
])('%s is %d ms', (literal, ms) => {
  expect(parseDuration(literal)).toBe(ms);
});

test.each([
  ['200B', 200],
  ['512KiB', 524_288],
  ['10MiB', 10_485_760],
  ['1GiB', 1_073_741_824],
])('%s is %d bytes', (literal, bytes) => {
  expect(parseSize(literal)).toBe(bytes);
});

test.each(['', '5', 's', '5 s', '-5s', '5sec', '1e3s', '10MB', 'constructor'])(
  '"%s" is neither, and is quoted',
  (literal) => {
    expect(() => parseDuration(literal)).toThrow(`got "${literal}"`);
    expect(() => parseSize(literal)).toThrow(`got "${literal}"`);
  },
);

test('what is formatted is read as about the same', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 999 }), (ms) => parseDuration(formatDuration(ms)) === ms));
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 99_000 }), (ms) => Math.abs(parseDuration(formatDuration(ms)) - ms) <= 50),
  );
  expect(formatDuration(3_725_000)).toBe('1h 2m 5s');
  expect([512, 1536, 10_485_760].map(formatBytes)).toEqual(['512 B', '1.5 KiB', '10.0 MiB']);
});

test('what has a unit that every object has is no duration', () => {
  expect(() => parseDuration('5constructor')).toThrow('got "5constructor"');
});

test('sizes are whole bytes, and no formatted number runs over its unit', () => {
  expect(parseSize('0.1KiB')).toBe(102);
  expect([999.4, 999.6].map(formatDuration)).toEqual(['999ms', '1.0s']);
  expect([1023.4, 1023.6, 1_048_575].map(formatBytes)).toEqual(['1023 B', '1.0 KiB', '1.0 MiB']);
});

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
const units = <T extends string>(of: Record<T, number>) => fc.constantFrom(...(Object.keys(of) as T[]));

test('a number and a unit are their product, for every number that can be written', () => {
  fc.assert(
    fc.property(fc.nat(), fc.option(fc.nat(999)), units(MS), units(BYTES), (whole, part, time, size) => {
      const number = part === null ? `${whole}` : `${whole}.${part}`;
      expect(parseDuration(`${number}${time}`)).toBe(Number(number) * MS[time]);
      expect(parseSize(`${number}${size}`)).toBe(Math.round(Number(number) * BYTES[size]));
    }),
  );
});

test('anything else is refused and quoted', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,3}[ .]?\d?(ms|s|m|h|B|KiB|kb)?\n?$/)), (text) => {
      fc.pre(!/^\d+(\.\d+)?(ms|s|m|h)$/.test(text) || text.includes('\n'));
      expect(() => parseDuration(text)).toThrow(`got "${text}"`);
    }),
  );
});

test('what is formatted for people is never off by more than its last digit', () => {
  fc.assert(
    fc.property(fc.oneof(...[2e3, 2e5, 1e9].map((max) => fc.nat(max * 2).map((halves) => halves / 2))), (ms) => {
      const text = formatDuration(ms);
      const read = text.split(' ').reduce((sum, part) => sum + parseDuration(part), 0);
      expect(Math.abs(read - ms)).toBeLessThanOrEqual((ms < 999.5 ? 0.5 : ms < 99_950 ? 50 : 500) + 1e-6);
      expect(text).toMatch(/^(\d{1,3}ms|\d\d?\.\ds|(\d+h )?\d+m \d+s)$/);
      for (const part of text.split(' ').slice(1)) expect(Number.parseInt(part, 10)).toBeLessThan(60);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(...[3e3, 3e6, 2e9].map((max) => fc.nat(max))), (bytes) => {
      const [number, unit] = formatBytes(bytes).split(' ') as [string, keyof typeof BYTES];
      expect(Math.abs(Number(number) * BYTES[unit] - bytes)).toBeLessThanOrEqual(BYTES[unit] * 0.0501 + 0.5);
      if (unit !== 'GiB') expect(Number(number)).toBeLessThan(1024);
    }),
  );
});
