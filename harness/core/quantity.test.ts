import { expect, test } from 'vitest';
import { parseCpu, parseMemory, parseQuantity } from './quantity.ts';
import { UsageError } from './trouble.ts';

test.each([
  ['250m', 0.25],
  ['0.25', 0.25],
  ['2', 2],
  ['1500m', 1.5],
])('%s is %d cores', (quantity, cores) => {
  expect(parseCpu(quantity)).toBe(cores);
});

test.each(['', '0', '0m', '-1', '1e3', '0.0001', '250 m', '250M', '1.5m', 'max'])(
  '%j is no amount of CPU',
  (quantity) => {
    expect(() => parseCpu(quantity)).toThrow(UsageError);
    expect(() => parseCpu(quantity)).toThrow(`such as 250m, 0.25 or 2, got "${quantity}"`);
  },
);

test.each([
  ['256Mi', 268_435_456],
  ['1.5Gi', 1_610_612_736],
  ['512M', 512_000_000],
  ['65536', 65_536],
])('%s is %d bytes', (quantity, bytes) => {
  expect(parseMemory(quantity)).toBe(bytes);
});

test.each(['', '0Mi', '256MiB', '256m', '256mb', '-1Gi', 'Mi'])('%j is no amount of memory', (quantity) => {
  expect(() => parseMemory(quantity)).toThrow(UsageError);
  expect(() => parseMemory(quantity)).toThrow(`such as 256Mi, 1Gi or 512M, got "${quantity}"`);
});

test.each<[string | number, number]>([
  ['250m', 0.25],
  ['0', 0],
  [4, 4],
  ['1Ti', 2 ** 40],
  ['1e3', 1000],
  ['2E', 2e18],
  ['.5Gi', 2 ** 29],
])('%j is %d of anything', (quantity, amount) => {
  expect(parseQuantity(quantity)).toBe(amount);
});

test.each(['', 'one', '1GiB', '1 Gi', 'm'])('%j is no quantity', (quantity) => {
  expect(() => parseQuantity(quantity)).toThrow(UsageError);
});
