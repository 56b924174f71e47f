import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesAsked, pacesOf, parseSizes, parseStages, sizesText, stagesMs, stagesText } from './stages.ts';

test('stages and sizes are read as they are written', () => {
  const stages = [
    { for: '20s', linesPerSecond: 100 },
    { for: '1.5m', linesPerSecond: 0 },
    { for: '250ms', linesPerSecond: 0.25 },
  ] as const;
  expect(parseStages(stagesText(stages))).toEqual([
    { forMs: 20_000, perSecond: 100 },
    { forMs: 90_000, perSecond: 0 },
    { forMs: 250, perSecond: 0.25 },
  ]);
  const sizes = [
    { bytes: '200B', share: 0.7 },
    { bytes: '1KiB', share: 0.2 },
    { bytes: '32KiB', share: 0.1 },
  ] as const;
  expect(parseSizes(sizesText(sizes))).toEqual([
    { bytes: 200, share: 0.7 },
    { bytes: 1024, share: 0.2 },
    { bytes: 32_768, share: 0.1 },
  ]);
});

test.each([
  ['', 'expected DURATION@LINES-PER-SECOND stages such as 20s@100,30s@500, got ""'],
  ['20s@100,', 'got ""'],
  ['20s', 'got "20s"'],
  ['20s@1@2', 'got "20s@1@2"'],
  ['20@1', 'expected a duration such as'],
  ['0s@1', 'expected a stage longer than 0, got "0s@1"'],
  ['20s@-5', 'expected a rate of 0 (a pause) or more, got "-5" in "20s@-5"'],
  ['20s@fast', 'expected a rate of 0 (a pause) or more, got "fast"'],
  ['1s@0,2s@0', 'expected a stage with a rate above 0, got "1s@0,2s@0"'],
  [Array(2001).fill('1s@1').join(','), 'expected at most 2000 stages, got 2001'],
])('stages "%.20s" are refused', (text, message) => {
  expect(() => parseStages(text)).toThrow(message);
});

test.each([
  ['200B', 'expected SIZE:SHARE pairs such as 200B:0.7,1KiB:0.3, got "200B"'],
  ['200B:1:2', 'got "200B:1:2"'],
  ['200:1', 'expected a size such as'],
  ['200B:0', 'expected a share above 0 and up to 1, got "0"'],
  ['200B:2', 'expected a share above 0 and up to 1, got "2"'],
  ['200B:x', 'expected a share above 0 and up to 1, got "x"'],
  ['200B:0.5,1KiB:0.49', 'expected shares that sum to 1, got 0.99'],
])('sizes %s are refused', (text, message) => {
  expect(() => parseSizes(text)).toThrow(message);
});

const stages = fc
  .array(fc.record({ forMs: fc.integer({ min: 1, max: 5000 }), perSecond: fc.constantFrom(0, 0.3, 7, 100, 999.5) }), {
    minLength: 1,
    maxLength: 8,
  })
  .filter((some) => some.some(({ perSecond }) => perSecond > 0));

test('record n is due when n lines have been asked for, over all stages, for any share', () => {
  fc.assert(
    fc.property(stages, fc.constantFrom(1, 0.7, 1 / 3, 0.05), fc.nat(500), (some, share, from) => {
      const at = 1_700_000_000_000;
      const { paces, end } = pacesOf(some, share, { from, at });
      const mine = some.map(({ forMs, perSecond }) => ({ forMs, perSecond: perSecond * share }));
      const total = linesAsked(mine, stagesMs(mine));
      expect(end - from).toBeGreaterThanOrEqual(total - 1e-5);
      expect(end - from).toBeLessThan(total + 1);
      expect(paces[0]).toMatchObject({ from, stage: 0 });
      for (const [i, pace] of paces.entries()) {
        const last = (paces[i + 1]?.from ?? end) - 1;
        expect([pace.stage, last >= pace.from]).toEqual([i, true]);
        for (const seq of [pace.from, Math.floor((pace.from + last) / 2), last]) {
          const dueMs = pace.at + ((seq - pace.from) * 1000) / pace.perSecond - at;
          expect(linesAsked(mine, dueMs)).toBeCloseTo(seq - from, 3);
          expect(dueMs).toBeLessThan(stagesMs(mine));
        }
      }
    }),
  );
});

test('what is asked for is the area below the rate', () => {
  const some = parseStages('10s@100,5s@0,10s@10');
  expect([-5, 0, 5000, 12_000, 16_000, 25_000, 99_000].map((ms) => linesAsked(some, ms))).toEqual([
    0, 0, 500, 1000, 1010, 1100, 1100,
  ]);
});
