import type { Answer } from '../core/load-results.ts';

const line = (name: string, xs: readonly (number | string)[], ys: readonly (number | null)[]) => ({
  name,
  points: xs.map((x, i) => ({ x, y: ys[i] ?? null })),
});
const RATES = [1000, 2000, 4000, 8000, 16_000];
const PODS = [1, 2, 4, 8];
const TOPOLOGIES = ['direct', 'aggregator', 'redis'];

/** Answers to the nine questions of a load that never ran, of every kind of chart; the last was not measured. */
export const FAKE_ANSWERS: Answer[] = [
  {
    question: 1,
    title: 'Highest rate',
    sentence: 'direct bears 8,900 lines/s (1.7 MiB/s) a pod with nothing missing; fluentd’s CPU gives out first.',
    measured: true,
    charts: [
      {
        title: 'p99 written → searchable against the rate',
        x: { label: 'offered', unit: 'lines/s', scale: 'log' },
        y: { label: 'p99', unit: 'ms', scale: 'log' },
        kind: 'line',
        bytesPerLine: 200,
        series: [
          line('direct', RATES, [2100, 2200, 2380, 2900, 41_200]),
          line('aggregator', RATES, [3300, 3350, 3600, 5200, 47_000]),
          line('redis', RATES, [2900, 3000, 3200, 4400, 52_000]),
          line('goal', [1000, 16_000], [10_000, 10_000]),
        ],
      },
      {
        title: 'Highest rate by topology',
        x: { label: 'topology', unit: '', scale: 'category' },
        y: { label: 'highest rate', unit: 'lines/s' },
        kind: 'bar',
        bytesPerLine: 200,
        series: [line('found by search', TOPOLOGIES, [8900, 8800, 8850])],
      },
    ],
    tables: [
      {
        title: 'Highest rate found',
        columns: [
          { title: 'topology' },
          { title: 'rate', unit: 'lines/s' },
          { title: 'p99', unit: 'ms' },
          { title: 'gave out' },
        ],
        rows: [
          ['direct', 8900, 2950, 'fluentd CPU'],
          ['aggregator', 8800, 5300, 'fluentd CPU'],
          ['redis', 8850, null, 'fluentd CPU'],
        ],
        bytesPerLine: 200,
      },
    ],
  },
  {
    question: 2,
    title: 'Latency',
    sentence: 'At 4,000 lines/s half of the lines are searchable after 1.2s, 99 % after 2.4s.',
    measured: true,
    charts: [
      {
        title: 'Latency by percentile',
        x: { label: 'percentile', unit: '', scale: 'category' },
        y: { label: 'latency', unit: 'ms' },
        kind: 'bar',
        series: [
          line('written → accepted', ['p50', 'p90', 'p99', 'max'], [640, 1180, 1420, 1690]),
          line('written → searchable', ['p50', 'p90', 'p99', 'max'], [1190, 1960, 2380, 2710]),
        ],
      },
    ],
    tables: [],
  },
  {
    question: 3,
    title: 'Outage tolerance',
    sentence: 'With a buffer of 512 MiB direct survives 24m at 2,000 lines/s, as the formula says within 6 %.',
    measured: true,
    charts: [
      {
        title: 'Outage survived against the rate',
        x: { label: 'rate', unit: 'lines/s', scale: 'log' },
        y: { label: 'outage', unit: 'ms', scale: 'log' },
        kind: 'line',
        series: [
          line('formula', [500, 1000, 2000, 4000, 8000], [5.4e6, 2.7e6, 1.35e6, 6.7e5, 3.4e5]),
          line('measured', [1000, 2000, 8000], [2.8e6, 1.44e6, 3.6e5]),
        ],
      },
      {
        title: 'Buffer through an outage',
        x: { label: 'since the start', unit: 'ms', scale: 'linear' },
        y: { label: 'buffer', unit: 'bytes' },
        kind: 'line',
        series: [
          line(
            'fluentd',
            Array.from({ length: 60 }, (_, i) => i * 10_000),
            Array.from({ length: 60 }, (_, i) =>
              i < 10 ? 2e6 : i < 40 ? (i - 9) * 4.3e6 : Math.max(1e6, 130e6 - (i - 40) * 17e6),
            ),
          ),
        ],
        bands: [
          { label: 'the domain is down', from: 100_000, to: 400_000 },
          { label: 'SIGKILL of fluentd', from: 450_000, to: 455_000 },
        ],
      },
    ],
    tables: [],
  },
  {
    question: 4,
    title: 'Fan-in',
    sentence:
      'From 1 to 8 pods at 1,000 lines/s each nothing is refused; a pod costs the domain 0.03 cores beside its lines.',
    measured: true,
    charts: [
      {
        title: 'Bulk size and requests against pods',
        x: { label: 'pods', unit: 'pods', scale: 'log' },
        y: { label: 'documents a bulk', unit: 'documents' },
        kind: 'points',
        series: [line('direct', PODS, [1010, 1004, 1001, 996]), line('aggregator', PODS, [1950, 3890, 7800, 9900])],
      },
    ],
    tables: [],
  },
  {
    question: 5,
    title: 'Topologies side by side',
    sentence: 'Nothing is missing in any; direct has the fewest parts and the lowest p99.',
    measured: true,
    charts: [
      {
        title: 'CPU by part at 4,000 lines/s',
        x: { label: 'part', unit: '', scale: 'category' },
        y: { label: 'CPU', unit: 'cores' },
        kind: 'bar',
        series: TOPOLOGIES.map((name, i) =>
          line(
            name,
            ['sidecars of the application', 'central collector', 'Redis', 'search engine'],
            [0.31, i === 0 ? null : 0.29 + i / 20, i === 2 ? 0.08 : null, 0.24],
          ),
        ),
      },
    ],
    tables: [
      {
        title: 'The same load, the same outage',
        columns: [
          { title: 'topology' },
          { title: 'missing', unit: 'lines' },
          { title: 'duplicated', unit: 'lines' },
          { title: 'p99', unit: 'ms' },
          { title: 'recovery', unit: 'ms' },
          { title: 'memory', unit: 'bytes' },
          { title: 'moving parts' },
          { title: 'a month', unit: 'USD' },
        ],
        rows: [
          ['direct', 0, 0, 119_000, 21_000, 124e6, 2, 0],
          ['aggregator', 0, 212, 121_000, 34_000, 310e6, 4, 71.4],
          ['redis', 0, 0, 120_500, 29_000, 402e6, 6, 124.9],
        ],
      },
    ],
  },
  {
    question: 6,
    title: 'Cheap fixes first',
    sentence: 'gzip off moves the limit from 8,900 to 11,200 lines/s; two flush threads do nothing.',
    measured: true,
    charts: [
      {
        title: 'Highest rate with one setting changed',
        x: { label: 'setting', unit: '', scale: 'category' },
        y: { label: 'highest rate', unit: 'lines/s' },
        kind: 'bar',
        bytesPerLine: 200,
        series: [
          line(
            'found by search',
            [
              'as delivered',
              'flush_thread_count=8',
              'chunk_limit_size=8MiB',
              'compression_level=no_compression',
              'request_timeout=60s',
            ],
            [8900, 8950, 9400, 11_200, 8900],
          ),
        ],
      },
    ],
    tables: [],
  },
  {
    question: 7,
    title: 'Duplicates against loss',
    sentence: 'With ids no fault makes a duplicate; ids cost 4 % of the highest rate.',
    measured: true,
    charts: [
      {
        title: 'Duplicates by fault',
        x: { label: 'fault', unit: '', scale: 'category' },
        y: { label: 'duplicated', unit: 'lines' },
        kind: 'bar',
        series: [
          line('with ids', ['SIGKILL of fluentd', 'answer lost', 'engine restarted'], [0, 0, 0]),
          line('without ids', ['SIGKILL of fluentd', 'answer lost', 'engine restarted'], [1204, 3000, 988]),
        ],
      },
    ],
    tables: [],
  },
  {
    question: 8,
    title: 'Back-pressure',
    sentence: 'With a full volume the application waits 3m 12s; with a full buffer it notices nothing.',
    measured: true,
    charts: [],
    tables: [
      {
        columns: [{ title: 'full' }, { title: 'write p99', unit: 'ms' }, { title: 'blocked', unit: 'ms' }],
        rows: [
          ['nothing', 0.4, 0],
          ['buffer', 0.5, 0],
          ['volume', 192_000, 192_000],
        ],
      },
    ],
  },
  {
    question: 9,
    title: 'Capacity',
    sentence: 'not measured because the run was not asked to plan: `npm run load -- plan`',
    measured: false,
    charts: [],
    tables: [],
  },
];
