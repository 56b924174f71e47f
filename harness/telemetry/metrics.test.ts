import { describe, expect, test } from 'vitest';
import { LedgerBook } from '../core/ledger-book.ts';
import type { PartName, PartReading } from '../core/reading.ts';
import { summarize } from '../core/sample-summary.ts';
import { parseMonitor } from './monitor.ts';
import { engineMetrics } from './node-stats.ts';
import { partMetrics } from './part-metrics.ts';
import { Rates } from './rates.ts';
import { bookMetrics, edgeMetrics, hostMetrics } from './sources.ts';

describe('rates', () => {
  test('by the real time between two readings; none for the first, a repeated one, and one that started anew', () => {
    const rates = new Rates();
    const asked = [
      [100, 1000],
      [150, 1500],
      [150, 1500],
      [180, 4500],
      [20, 5500],
      [30, 6500],
    ] as const;
    expect(asked.map(([count, at]) => rates.perSecond('a', count, at))).toEqual([
      ...[undefined, 100, undefined, 10, undefined, 10],
    ]);
    expect(rates.perSecond('b', 5, 9000)).toBeUndefined();
    expect(rates.perSecond('a', undefined, 9000)).toBeUndefined();
  });
});

describe('parts', () => {
  const reading = (source: string, values: Partial<PartReading>): PartReading => ({
    ...{ part: 'fluentd', source, at: 0 },
    ...values,
  });
  const none = new Set<PartName>();

  test('sums over pods, by each node’s own clock; throttling and fullness are those of the worst', () => {
    const rates = new Rates();
    const at = (second: number, more: Partial<PartReading> = {}) => [
      reading('a', {
        uptimeSeconds: 100 + second,
        cpuSeconds: second * 0.2,
        periods: second * 10,
        throttledPeriods: second,
        memoryBytes: 5,
        bufferShare: 0.1,
        ...more,
      }),
      reading('b', {
        uptimeSeconds: 900 + second * 2,
        cpuSeconds: second * 0.8,
        periods: second * 10,
        throttledPeriods: second * 5,
        memoryBytes: 6,
        bufferShare: 0.4,
      }),
    ];
    expect(partMetrics(at(0), none, rates)).toEqual({ 'fluentd.memory': 11, 'fluentd.bufferShare': 0.4 });
    const values = partMetrics(at(1), none, rates);
    expect(values['fluentd.cpu']).toBeCloseTo(0.2 + 0.4);
    expect(values['fluentd.throttled']).toBeCloseTo(0.5);
    // A container that is there and does not tell would make the sum too small.
    expect(partMetrics(at(2), new Set<PartName>(['fluentd']), rates)).toEqual({});
    expect(partMetrics([...at(3), reading('c', {})], none, rates)).toEqual({});
    expect(partMetrics(at(4, { cpuSeconds: 0.001 }), none, rates)['fluentd.cpu']).toBeUndefined();
  });

  test('each part by its own name', () => {
    const rates = new Rates();
    const all = (cpuSeconds: number): PartReading[] => [
      { part: 'application', source: 'a', at: cpuSeconds * 2000, cpuSeconds },
      { part: 'collector', source: 'c', at: cpuSeconds * 4000, cpuSeconds, bufferBytes: 7 },
      { part: 'redis', source: 'r', at: cpuSeconds * 8000, cpuSeconds, entries: 3, usedMemoryBytes: 9 },
    ];
    partMetrics(all(0), none, rates);
    expect(partMetrics(all(1), none, rates)).toEqual({
      ...{ 'application.cpu': 0.5, 'collector.cpu': 0.25, 'collector.buffer': 7 },
      ...{ 'redis.cpu': 0.125, 'redis.entries': 3, 'redis.memory': 9 },
    });
  });

  test('monitor_agent: every output with a buffer; nothing of a page that it is not', () => {
    const output = {
      output_plugin: true,
      buffer_queue_length: 2,
      buffer_stage_length: 1,
      buffer_total_queued_size: 700,
      buffer_available_buffer_space_ratios: 97.5,
      retry_count: 3,
      slow_flush_count: 1,
    };
    const plugins = [
      { type: 'tail', retry_count: null },
      output,
      { ...output, buffer_available_buffer_space_ratios: 100 },
    ];
    expect(parseMonitor(JSON.stringify({ plugins }))).toEqual({
      ...{ bufferBytes: 1400, queuedChunks: 4, retries: 6, slowFlushes: 2, bufferShare: 0.025 },
    });
    expect(parseMonitor('404 page not found')).toEqual({});
    expect(parseMonitor('{"plugins":[{"type":"tail"}]}')).toEqual({});
  });
});

test('the engine: sums over its nodes, the fullest heap, times as shares of the time between its own two readings', () => {
  const stats = (second: number) => ({
    nodes: Object.fromEntries(
      ['a', 'b'].map((id, i) => [
        id,
        {
          timestamp: 1_700_000_000_000 + second * 1000,
          process: { timestamp: second * 1250, cpu: { total_in_millis: second * 625 * (i + 1) } },
          jvm: { mem: { heap_used_in_bytes: 100 + 50 * i, heap_max_in_bytes: 200 } },
          thread_pool: { write: { threads: 2, queue: 4, active: 2, rejected: 3 * i } },
          indices: { refresh: { total_time_in_millis: second * 100 }, merges: { total_time_in_millis: 0 } },
        },
      ]),
    ),
  });
  const rates = new Rates();
  expect(engineMetrics(stats(0), rates)).toEqual({
    ...{ 'engine.heap': 0.75, 'engine.writeQueue': 8, 'engine.writeRejected': 3 },
  });
  expect(engineMetrics(stats(2), rates)).toEqual({
    ...{ 'engine.heap': 0.75, 'engine.writeQueue': 8, 'engine.writeRejected': 3 },
    ...{ 'engine.cpu': 1.5, 'engine.refresh': 0.2, 'engine.merge': 0 },
  });
  expect(engineMetrics(undefined, rates)).toEqual({});
  expect(engineMetrics({ nodes: {} }, rates)).toEqual({});
});

test('the edge: what it took, refused and held back; "409: is there" is no refusal', () => {
  const rates = new Rates();
  const counters = (second: number) => ({
    ...{ bytes: second * 1000, limitedMs: second * 250, statuses: { 200: second * 4, 429: second } },
    itemStatuses: { 201: second * 90, 409: second * 5, 400: second * 2 },
  });
  edgeMetrics(counters(0), 0, rates);
  expect(edgeMetrics(counters(2), 2000, rates)).toEqual({
    ...{ 'accepted.lines': 90, 'edge.requests': 5, 'edge.bytes': 1000, 'edge.refused': 3, 'edge.limited': 0.25 },
  });
});

test('the ledger: what is offered, written, behind and not yet searchable', () => {
  const book = new LedgerBook();
  const rates = new Rates();
  const stream = 's';
  const look = (now: number, searchable?: number) => bookMetrics(book, now, searchable, rates);
  expect(look(0)).toEqual({ 'offered.lines': 0, 'behind.lines': 0 });
  book.add({ ledger: 'stream', run: 'r', stream, file: '/f', format: 'json', payloadLength: 9, at: 0 });
  book.add({ ledger: 'pace', stream, from: 0, at: 1000, perSecond: 100 });
  book.add({ ledger: 'intended', stream, to: 300 });
  book.add({ ledger: 'accepted', stream, to: 60, at: 2000 });
  expect(look(2000, 40)).toEqual({
    ...{ 'offered.lines': 100, 'behind.lines': 40, 'written.lines': 30, 'lag.lines': 20 },
  });
  // Told a moment ago: as of then. Silent for longer: as of now.
  expect(look(2900)['behind.lines']).toBe(40);
  expect(look(3500)['behind.lines']).toBe(190);
  book.add({ ledger: 'pace', stream, from: 60, at: 4000, perSecond: 500 });
  expect(look(3999)['offered.lines']).toBe(100);
  expect(look(4000)['offered.lines']).toBe(500);
  book.add({ ledger: 'done', stream, to: 60, lateMs: 0, at: 4100 });
  expect(look(9000)).toMatchObject({ 'offered.lines': 0, 'behind.lines': 0, 'written.lines': 0 });
  book.add({ ledger: 'pace', stream, from: 60, at: 9000, perSecond: 0 });
  expect(look(9100)).not.toHaveProperty('offered.lines');
  book.died(stream);
  expect(look(9200)['offered.lines']).toBe(0);
});

test('the host: shares of all cores, as Linux counts them', () => {
  const rates = new Rates();
  const at = (line: string) => hostMetrics(`${line}\ncpu0 562497 100 227559 1136417 2454 0 5291 433 0 0\n`, rates);
  expect(at('cpu  1146284 178 469750 2228359 11577 0 13297 869 0 0')).toEqual({});
  expect(at('cpu  1146384 178 469780 2228409 11587 0 13297 879 0 0')).toEqual({ 'host.cpu': 0.7, 'host.steal': 0.05 });
  expect(hostMetrics('', rates)).toEqual({});
});

test('a summary: mean, nearest rank and highest of the samples in [from, to) that have the metric', () => {
  const samples = Array.from({ length: 200 }, (_, i) => ({
    ...{ trial: 't', atMs: i * 1000 },
    values: { 'fluentd.cpu': i, ...(i === 150 ? { 'redis.cpu': 3 } : {}) },
  }));
  expect(summarize(samples, 'fluentd.cpu', 0, 100_000)).toEqual({ mean: 49.5, p99: 98, max: 99 });
  expect(summarize(samples, 'fluentd.cpu', 5000, 6000)).toEqual({ mean: 5, p99: 5, max: 5 });
  expect(summarize(samples, 'redis.cpu', 0, 200_000)).toEqual({ mean: 3, p99: 3, max: 3 });
  expect(summarize(samples, 'redis.cpu', 0, 150_000)).toBeUndefined();
});
