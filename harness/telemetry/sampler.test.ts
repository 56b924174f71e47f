import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test, vi } from 'vitest';
import { LedgerBook } from '../core/ledger-book.ts';
import type { Sample } from '../core/sample.ts';
import type { Deployment, Target } from '../core/target.ts';
import { KubeGauges } from './kube-gauges.ts';
import { Sampler } from './sampler.ts';
import { SearchableClock } from './searchable-clock.ts';

describe('a sampler', () => {
  const make = (options: { onSample?: (sample: Sample) => void; file?: string }, gauges: Deployment['gauges']) => {
    const deployment = { run: 'r', book: new LedgerBook(), domain: undefined, gauges } as Partial<Deployment>;
    const target = { sink: { searchable: async () => 7, nodeStats: async () => Promise.reject(new Error('away')) } };
    return new Sampler(deployment as Deployment, target as unknown as Target, 'a trial', { everyMs: 10, ...options });
  };

  test('counts from the load’s start, tells of what was before once that is known, and keeps what it has as it goes', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'sampler-')), 'deep', 'samples.jsonl');
    const told: Sample[] = [];
    let stopped = 0;
    const reading = { part: 'redis' as const, source: 's', at: 0, entries: 5 };
    const gauges = () => ({
      read: async () => ({ readings: [reading], silent: new Set<never>() }),
      stop: async () => void stopped++,
    });
    const sampler = make({ file, onSample: (sample) => told.push(sample) }, gauges).start();
    await vi.waitUntil(() => sampler.searchable.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([existsSync(file), told]).toEqual([false, []]);
    sampler.loadStarted(Date.now());
    await vi.waitUntil(() => told.some(({ atMs }) => atMs > 0));
    const lines = () => readFileSync(file, 'utf8').trim().split('\n');
    expect(lines().length).toBeGreaterThan(1);
    const samples = await sampler.stop();
    expect(samples.map((one) => JSON.stringify(one))).toEqual(lines());
    expect(told).toEqual(samples);
    expect(samples[0]!.atMs).toBeLessThan(0);
    expect(samples[0]!.trial).toBe('a trial');
    expect(samples.at(-1)!.values).toMatchObject({ 'redis.entries': 5, 'lag.lines': 0 });
    expect(samples.map(({ atMs }) => atMs)).toEqual(samples.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(sampler.searchable).toMatchObject([{ count: 7 }]);
    expect(stopped).toBe(1);
  });

  test('a listener that throws fails the stop, and nothing stays behind', async () => {
    const onSample = () => {
      throw new Error('no room');
    };
    let stopped = 0;
    const read = async () => ({ readings: [], silent: new Set<never>() });
    const sampler = make({ onSample }, () => ({ read, stop: async () => void stopped++ })).start();
    sampler.loadStarted(Date.now() + 1000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(sampler.stop()).rejects.toThrow('no room');
    expect(stopped).toBe(1);
  });

  test('does with what there is: no gauges, no edge, an engine that is away', async () => {
    const samples = await make({}, undefined).start().stop();
    expect(samples.length).toBeGreaterThan(0);
    expect(Object.keys(samples.at(-1)!.values).filter((name) => /fluentd|edge|engine/.test(name))).toEqual([]);
  });
});

test('the clock of what is searchable notes changes only, passes over an engine that is away, and looks a last time', async () => {
  const answers = [0, 5, undefined, 5, 9];
  let asked = 0;
  const clock = new SearchableClock(async () => {
    const count = answers[Math.min(asked++, answers.length - 1)];
    if (count === undefined) throw new Error('away');
    return asked <= answers.length ? count : 30;
  }, 1);
  clock.start();
  await vi.waitUntil(() => clock.points.length >= 2);
  const before = asked;
  await clock.stop();
  expect(asked).toBeGreaterThan(before);
  expect(clock.points.slice(0, 2).map(({ count }) => count)).toEqual([5, 9]);
  expect(clock.newest?.count).toBe(30);
  expect(clock.points.map(({ count }) => count)).toEqual([5, 9, 30]);
});

describe('gauges of pods', () => {
  const podOf = (id: string | undefined, name = 'pod-1') =>
    ({
      metadata: { name },
      status: { initContainerStatuses: [{ name: 'fluentd', containerID: id, state: id ? { running: {} } : {} }] },
    }) as unknown as V1Pod;

  /** Containers that answer as they are told to; each stream is remembered. */
  function cluster(answer: (id: number) => string[] | undefined) {
    const streams: { pod: string; container: string; end: () => void; stops: number }[] = [];
    const door = {
      execStream: async (pod: string, container: string, _command: string[], onLine: (line: string) => void) => {
        const { promise: ended, resolve: end } = Promise.withResolvers<void>();
        const id = streams.length;
        streams.push({ pod, container, end, stops: 0 });
        const write = () => {
          const lines = answer(id);
          if (!lines) return end();
          for (const line of lines) onLine(line);
        };
        const stop = () => {
          streams[id]!.stops++;
          end();
        };
        return { ended, write, stop };
      },
      askMonitor: async () => JSON.stringify({ plugins: [{ buffer_queue_length: 2, buffer_total_queued_size: 9 }] }),
    };
    return { streams, door };
  }
  const lines = ['/proc/uptime:5.0 1', '/sys/fs/cgroup/cpu.stat:usage_usec 2000000', '.'];

  test('one stream for each life of a container; a life that is over is forgotten, and its stream stopped', async () => {
    const { streams, door } = cluster(() => lines);
    let pods = [podOf('c1')];
    const part = { part: 'fluentd' as const, container: 'fluentd', pods: () => pods, files: {}, monitorPort: 24220 };
    const gauges = new KubeGauges(door, [part]);
    const { readings, silent } = await gauges.read(1000);
    expect(readings).toMatchObject([
      { part: 'fluentd', source: 'c1', uptimeSeconds: 5, cpuSeconds: 2, queuedChunks: 2, bufferBytes: 9 },
    ]);
    expect([...silent]).toEqual([]);
    await gauges.read(1000);
    expect(streams).toMatchObject([{ pod: 'pod-1', container: 'fluentd', stops: 0 }]);
    pods = [podOf(undefined), podOf('c2', 'pod-2')];
    expect((await gauges.read(1000)).readings.map(({ source }) => source)).toEqual(['c2']);
    await gauges.read(1000);
    expect(streams).toMatchObject([{ stops: 1 }, { pod: 'pod-2', stops: 0 }]);
    await gauges.stop();
    expect(streams).toMatchObject([{ stops: 1 }, { stops: 1 }]);
  });

  test('a stream that broke is opened anew; a part is silent meanwhile', async () => {
    const { streams, door } = cluster(() => lines);
    const part = { part: 'fluentd' as const, container: 'fluentd', pods: () => [podOf('c1')], files: {} };
    const gauges = new KubeGauges(door, [part]);
    await gauges.read(1000);
    streams[0]!.end();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await gauges.read(1000)).readings).toMatchObject([{ source: 'c1', cpuSeconds: 2 }]);
    expect(streams).toHaveLength(2);
    await gauges.stop();
  });

  test('a container that never answers has no reading, makes its part silent, and is let alone after three streams', async () => {
    const { streams, door } = cluster(() => undefined);
    const part = { part: 'fluentd' as const, container: 'fluentd', pods: () => [podOf('c1')], files: {} };
    const gauges = new KubeGauges(door, [part]);
    for (let i = 0; i < 6; i++) {
      const { readings, silent } = await gauges.read(1000);
      expect([readings, [...silent]]).toEqual([[], ['fluentd']]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(streams).toHaveLength(3);
    await gauges.stop();
  });
});
