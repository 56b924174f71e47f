import { describe, expect, test } from 'vitest';
import { type Profile, profileOf } from '../core/profile.ts';
import { workOfLoad } from './load-work.ts';

type Asked = Parameters<typeof workOfLoad>[0];
const asked: Asked = { topologies: ['direct', 'redis'], questions: [], settings: {} };
const some = (over: Partial<Asked>): Asked => ({ ...asked, ...over });
const profile = profileOf('p', {
  title: 't',
  stages: [
    { for: '20s', linesPerSecond: 1 },
    { for: '10s', linesPerSecond: 2 },
  ],
  pods: [1, 4],
  thresholds: [],
});

describe('what a profile takes', () => {
  test('its stages, with each of its numbers of pods, on each topology, as often as asked', () => {
    const work = workOfLoad(some({ repeat: 2 }), profile, 0);
    expect(work.slice(0, 4)).toEqual([
      { ms: 30_000, pods: 1, alone: true, edge: false, topology: 'direct' },
      { ms: 30_000, pods: 4, alone: true, edge: false, topology: 'direct' },
      { ms: 30_000, pods: 1, alone: true, edge: false, topology: 'redis' },
      { ms: 30_000, pods: 4, alone: true, edge: false, topology: 'redis' },
    ]);
    expect(work).toHaveLength(8);
  });

  test('an edge where it has an outage, or the edge a limit; collectors where there are any', () => {
    const edges = (over: Partial<Asked>, more: Partial<Profile> = {}) =>
      workOfLoad(some(over), { ...profile, ...more }, 0).map(({ edge }) => edge);
    expect(edges({}, { outage: { at: '1s', for: '2s' } })).toEqual([true, true, true, true]);
    expect(edges({ settings: { edgeBytesPerSecond: 1 } })).toEqual([true, true, true, true]);
    const pods = workOfLoad(some({ settings: { collectors: 3 } }), profile, 0).map((one) => one.pods);
    expect(pods).toEqual([1, 4, 3, 6]);
  });
});

describe('what questions take', () => {
  const questions = [1, 3, 4, 9];
  test('the whole time, shared out among those that try anything, with what each stands up', () => {
    const work = workOfLoad(some({ questions, forMs: 3_600_000 }), undefined, 0);
    expect(work.map(({ pods, edge, topology }) => [pods, edge, topology])).toEqual([
      [1, false, 'redis'],
      [3, true, 'direct'],
      [4, false, 'direct'],
    ]);
    const total = work.reduce((sum, { ms }) => sum + ms + 150_000, 0);
    expect(total).toBeCloseTo(3_600_000, 0);
  });

  test('never less than nothing', () => {
    expect(workOfLoad(some({ questions, forMs: 60_000 }), undefined, 0).map(({ ms }) => ms)).toEqual([0, 0, 0]);
  });
});
