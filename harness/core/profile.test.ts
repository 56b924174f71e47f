import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration } from './duration.ts';
import {
  bytesPerLineOf,
  lastsMs,
  loadOf,
  meanRateOf,
  type ProfileDefinition,
  podsOf,
  profileOf,
  stretch,
  withProfileSettings,
} from './profile.ts';
import { UsageError } from './trouble.ts';

const DEFINITION: ProfileDefinition = {
  title: 'a shape for these tests',
  stages: [
    { for: '10s', linesPerSecond: 100 },
    { for: '5s', linesPerSecond: 0 },
    { for: '5s', linesPerSecond: 400 },
  ],
  thresholds: ['missing == 0'],
  warmUp: '4s',
  outage: { at: '8s', for: '6s' },
};
const profile = profileOf('shape', DEFINITION);
const MIX = [
  { bytes: '200B', share: 0.75 },
  { bytes: '1000B', share: 0.25 },
] as const;

test('what a profile amounts to', () => {
  expect([lastsMs(profile), bytesPerLineOf(profile), bytesPerLineOf({ sizes: MIX })]).toEqual([20_000, 200, 400]);
  // 600 lines of the 6 s that are left of the first stage, and 2000.
  expect(meanRateOf(profile)).toBeCloseTo(2600 / 16, 9);
  expect([podsOf(profile), podsOf({ pods: 3 }), podsOf({ pods: [1, 4] })]).toEqual([[1], [3], [1, 4]]);
  expect(loadOf(profile)).toEqual({ linesPerSecond: 400, stages: DEFINITION.stages, bytes: '200B' });
  expect(loadOf({ ...profile, sizes: MIX })).toEqual({ linesPerSecond: 400, stages: DEFINITION.stages, sizes: MIX });
});

describe('settings take the place of', () => {
  test('the rate, in proportion', () => {
    expect(withProfileSettings(profile, { rate: 1000 }).stages.map((stage) => stage.linesPerSecond)).toEqual([
      250, 0, 1000,
    ]);
  });
  test('the length of a line, and a mix of lengths', () => {
    const changed = withProfileSettings({ ...profile, sizes: MIX }, { bytes: '1KiB' });
    expect([changed.bytes, 'sizes' in changed]).toEqual(['1KiB', false]);
    expect(withProfileSettings({ ...profile, sizes: MIX }, { pods: 2 }).sizes).toBe(MIX);
  });
  test('pods, warm-up and grace', () => {
    expect(withProfileSettings(profile, { pods: 5, warmUp: '1s', abortAfter: '9s' })).toEqual({
      ...profile,
      pods: 5,
      warmUp: '1s',
      abortAfter: '9s',
    });
  });
  test('the length of the whole, after the rest', () => {
    expect(withProfileSettings(profile, { forMs: 2000, rate: 40 })).toMatchObject({
      stages: [
        { for: '1000ms', linesPerSecond: 10 },
        { for: '500ms', linesPerSecond: 0 },
        { for: '500ms', linesPerSecond: 40 },
      ],
      warmUp: '400ms',
      outage: { at: '800ms', for: '600ms' },
    });
  });
  test.each([
    [{ rate: 0 }, 'profile shape: expected a stage with a rate above 0, got pauses alone'],
    [{ rate: -5 }, 'profile shape: stage 1: expected linesPerSecond of 0 (a pause) or more, got -1.25'],
    [{ pods: 0 }, 'pods: expected whole numbers from 1 to 100, got 0'],
    [{ warmUp: '20s' }, 'warmUp: expected less than the 20000ms of all stages, got "20s"'],
    [{ forMs: 30 }, '30ms is too short for its 3 stages; the shortest would last 8ms, expected 10ms or more'],
  ] as const)('%j is refused', (settings, message) => {
    expect(() => withProfileSettings(profile, settings)).toThrow(UsageError);
    expect(() => withProfileSettings(profile, settings)).toThrow(message);
  });
});

test('stretched, it lasts exactly as long as asked, and asks for the same rate on the whole', () => {
  const durations = fc.array(fc.integer({ min: 50, max: 100_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(durations, fc.integer({ min: 1, max: 50 }), (each, times) => {
      const own = each.map((ms, i) => ({ for: `${ms}ms` as const, linesPerSecond: i * 10 + 10 }));
      const before = profileOf('p', { title: 't', stages: own, thresholds: [] });
      const ms = lastsMs(before) * times + 1;
      const after = stretch(before, ms);
      expect(lastsMs(after)).toBe(ms);
      for (const [i, stage] of after.stages.entries())
        expect(Math.abs(parseDuration(stage.for) - each[i]! * times)).toBeLessThanOrEqual(2);
      expect(after.stages.map((stage) => stage.linesPerSecond)).toEqual(own.map((stage) => stage.linesPerSecond));
    }),
  );
});

describe('a profile is refused, with all that is wrong', () => {
  const stage = (wrong: object) => ({ stages: [{ for: '5s', linesPerSecond: 1, ...wrong }] });
  test.each([
    [{ title: '' }, 'profile wrong: expected a title'],
    [{ stages: [] }, 'expected one stage or more'],
    [{ stages: undefined }, 'expected one stage or more'],
    [stage({ for: undefined }), 'stage 1: it has no end: expected for, a duration such as 30s'],
    [stage({ for: '5' }), 'stage 1: expected a duration such as'],
    [stage({ for: '0s' }), 'stage 1: expected for above 0, got "0s"'],
    [stage({ linesPerSecond: -1 }), 'stage 1: expected linesPerSecond of 0 (a pause) or more, got -1'],
    [stage({ linesPerSecond: 'max' }), 'stage 1: expected linesPerSecond of 0 (a pause) or more, got max'],
    [stage({ linesPerSecond: undefined }), 'stage 1: expected linesPerSecond of 0 (a pause) or more, got undefined'],
    [stage({ linesPerSecond: 0 }), 'expected a stage with a rate above 0, got pauses alone'],
    [{ stages: Array(2001).fill(DEFINITION.stages[0]) }, 'expected at most 2000 stages, got 2001'],
    [{ bytes: '1KiB', sizes: MIX }, 'expected one of bytes and sizes, got both'],
    [{ bytes: '1KB' }, 'sizes: expected a size such as'],
    [{ sizes: MIX.slice(1) }, 'sizes: expected shares that sum to 1, got 0.25'],
    [{ pods: [1, 2.5] }, 'pods: expected whole numbers from 1 to 100, got 2.5'],
    [{ pods: [] }, 'pods: expected one number or more, got none'],
    [{ thresholds: undefined }, 'expected thresholds, a list of expressions'],
    [{ thresholds: ['loss == 0'] }, 'threshold "loss == 0": unknown metric "loss"'],
    [{ abortAfter: 'soon' }, 'abortAfter: expected a duration'],
    [{ outage: { at: '15s', for: '6s' } }, 'outage: expected an end within the 20000ms of all stages, got 15s and 6s'],
    [{ outage: { at: '1s', for: '0s' } }, 'outage: expected for above 0, got "0s"'],
  ])('%j', (wrong, message) => {
    const refused = () => profileOf('wrong', { ...DEFINITION, ...wrong } as ProfileDefinition);
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow(message);
  });
  test('at once', () => {
    const refused = () => profileOf('wrong', { ...DEFINITION, title: '', ...stage({ for: 'x' }) } as ProfileDefinition);
    expect(refused).toThrow(/expected a title\nprofile wrong: stage 1: expected a duration/);
  });
});
