import { expect, test } from 'vitest';
import { filesOf, type Load, plannedMs } from './scenario.ts';

test.each<[Load, number]>([
  [{ linesPerSecond: 100, for: '5s' }, 5000],
  [{ linesPerSecond: 100, lines: 250 }, 2500],
  [{ linesPerSecond: 'max', lines: 250 }, 0],
  [
    {
      linesPerSecond: 100,
      for: '5s',
      stages: [
        { for: '20s', linesPerSecond: 1 },
        { for: '1m', linesPerSecond: 0 },
      ],
    },
    80_000,
  ],
])('%j lasts %d ms', (load, ms) => {
  expect(plannedMs(load)).toBe(ms);
});

test('a load has one file, as many as it says, or one for each size', () => {
  const load = { linesPerSecond: 1, lines: 1 };
  const sizes = [
    { bytes: '200B', share: 0.5 },
    { bytes: '1KiB', share: 0.5 },
  ] as const;
  expect([filesOf(load), filesOf({ ...load, files: 3 }), filesOf({ ...load, files: 3, sizes })]).toEqual([1, 3, 2]);
});
