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
