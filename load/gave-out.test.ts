import { describe, expect, test } from 'vitest';
import type { Metric, Sample } from '../harness/core/sample.ts';
import { gaveOut, type TrialFacts } from './gave-out.ts';

const facts: TrialFacts = { fluentdLimit: 0.5, away: [], diskFull: false, keptUp: false };

/** Ten readings; each metric has a value, or one for each reading. */
function readings(values: Partial<Record<Metric, number | ((second: number) => number)>>): Sample[] {
  return Array.from({ length: 10 }, (_, second) => ({
    trial: 't',
    atMs: second * 1000,
    values: Object.fromEntries(
      Object.entries(values).map(([metric, value]) => [metric, typeof value === 'number' ? value : value(second)]),
    ),
  }));
}

describe('the stage that gave out first', () => {
  const busy = { 'fluentd.cpu': 0.49, 'fluentd.throttled': 0.9 } as const;
  test.each<[string, Parameters<typeof readings>[0], string]>([
    ['a limit of CPU', busy, 'fluentd CPU'],
    ['a full buffer, whose fluentd is busy too', { ...busy, 'fluentd.bufferShare': 1 }, 'buffer'],
    ['an edge that holds back', { ...busy, 'edge.limited': 0.9, 'fluentd.bufferShare': 1 }, 'edge'],
    ['an edge that refuses', { 'edge.refused': 3 }, 'edge'],
    ['a pool that rejects', { 'engine.writeRejected': (second) => second, 'edge.refused': 9 }, 'write thread pool'],
    ['a collector', { 'collector.cpu': 1, 'collector.throttled': 0.8, ...busy }, 'collector CPU'],
    ['an application that is late', { 'behind.lines': 900, 'offered.lines': 1000, ...busy }, 'writer'],
    ['a reader that does not keep up without being busy', { 'fluentd.unread': (second) => second * 1e6 }, 'fluentd'],
    ['a machine that is full', { 'host.cpu': 0.99 }, 'host CPU'],
    ['a domain whose requests queue', { 'host.cpu': 0.99, 'engine.writeQueue': 20 }, 'engine'],
  ])('%s', (_, values, stage) => {
    expect(gaveOut(readings(values), facts)).toMatchObject({ stage });
  });

  test('a machine that is full does not matter where the pods run on another', () => {
    expect(gaveOut(readings({ 'host.cpu': 0.99 }), { ...facts, elsewhere: true })).toBeNull();
  });

  test('names the readings, and what else was at its limit', () => {
    const { evidence } = gaveOut(readings({ ...busy, 'edge.limited': 0.75 }), facts)!;
    expect(evidence).toEqual([
      'edge.limited up to 75 % in 10 of 10 readings, first after 0 s (of the time in which the edge held a request back because of its byte limit; a limit that refuses is in edge.refused)',
      expect.stringMatching(/^fluentd CPU was at its limit as well: fluentd\.cpu up to 0\.49 cores/),
    ]);
  });

  test('none, where nothing was at a limit or only for a moment', () => {
    expect(gaveOut(readings({ 'fluentd.cpu': 0.2, 'edge.refused': 0, 'engine.writeRejected': 7 }), facts)).toBeNull();
    expect(gaveOut(readings({ 'fluentd.throttled': (second) => (second % 2 ? 1 : 0) }), facts)).toBeNull();
  });

  test('none, where all kept up, but a buffer that was full', () => {
    expect(gaveOut(readings({ ...busy, 'host.cpu': 0.99 }), { ...facts, keptUp: true })).toBeNull();
    expect(gaveOut(readings({ ...busy, 'fluentd.bufferShare': 1 }), { ...facts, keptUp: true })).toMatchObject({
      stage: 'buffer',
    });
  });

  test('what a planned outage refuses is no limit of the edge; a buffer that fills meanwhile is one', () => {
    const away = [{ fromMs: 2000, toMs: 6000 }];
    const outage = readings({ 'edge.refused': (second) => (second >= 2 && second <= 8 ? 5 : 0) });
    expect(gaveOut(outage, { ...facts, away })).toBeNull();
    expect(gaveOut(outage, facts)).toMatchObject({ stage: 'edge' });
    const full = readings({ 'fluentd.bufferShare': (second) => (second >= 4 ? 1 : 0.3), 'edge.refused': 0 });
    expect(gaveOut(full, { ...facts, away })).toMatchObject({ stage: 'buffer' });
  });

  test('an application that has nowhere to write is not slow itself', () => {
    const late = readings({ 'behind.lines': 900, 'offered.lines': 1000 });
    expect(gaveOut(late, { ...facts, diskFull: true })).toMatchObject({ stage: 'buffer' });
  });
});
