import { expect, test } from 'vitest';
import { type Row, ratioRow } from './figure.ts';
import { shortfalls } from './shortfall.ts';

const row = (values: number[], heldBack?: string): Row => ({
  figure: 'cold',
  measured: [...values].sort((a, b) => a - b)[1]!,
  unit: 's',
  aim: { bound: 'at most', value: 30 },
  series: [{ name: 'cold', unit: 's', values }],
  ...(heldBack ? { heldBack } : {}),
});

test('what keeps its aim is not told', () => {
  expect(shortfalls([row([28, 29, 33])])).toEqual([]);
});

test('what misses it is told with what holds it back, and whether a round kept it', () => {
  expect(shortfalls([row([33, 29, 32], 'a start takes its time'), row([31, 32, 33])])).toEqual([
    'What misses its aim, and why:',
    '',
    '- cold: a start takes its time; the best of 3 rounds, 29 s, keeps the aim: the rest is the noise of this machine, or other work on it.',
    '- cold: what holds it back was not taken apart; the best of 3 rounds, 31 s, misses it too.',
    '',
  ]);
});

test('of a ratio the best is the greatest', () => {
  const above = { name: 'a', unit: 'lines/s', values: [16, 15, 17] };
  const below = { name: 'b', unit: 'lines/s', values: [10, 10, 10] };
  const ratio = ratioRow('a against b', above, below, { bound: 'at least', value: 2 });
  expect(shortfalls([ratio])[2]).toContain('the best of 3 rounds, 1.7 ×, misses it too');
});
