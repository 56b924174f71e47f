import type { Chart, Trial } from '../core/load-results.ts';
import { METRICS, type Metric, type Sample } from '../core/sample.ts';

/** Charts of a trial's timeline: metrics of one unit together. */
const CHARTS: { title: string; label: string; metrics: Metric[] }[] = [
  {
    title: 'Lines a second',
    label: 'rate',
    metrics: ['written.lines', 'accepted.lines', 'searchable.lines', 'offered.lines'],
  },
  { title: 'Lines that wait', label: 'waiting', metrics: ['lag.lines', 'behind.lines'] },
  {
    title: 'Bytes that wait: files, buffers, volume',
    label: 'size',
    metrics: ['fluentd.unread', 'fluentd.buffer', 'collector.buffer', 'redis.memory', 'volume.used'],
  },
  {
    title: 'CPU',
    label: 'CPU',
    metrics: ['application.cpu', 'fluentd.cpu', 'collector.cpu', 'redis.cpu', 'engine.cpu', 'harness.cpu'],
  },
  {
    title: 'Throttling and how full the buffer is',
    label: 'share',
    metrics: ['fluentd.throttled', 'collector.throttled', 'fluentd.bufferShare', 'host.steal'],
  },
  { title: 'Memory', label: 'memory', metrics: ['fluentd.memory', 'collector.memory'] },
  { title: 'The domain’s write pool: requests that wait', label: 'queue', metrics: ['engine.writeQueue'] },
  { title: 'Requests to the domain', label: 'rate', metrics: ['edge.requests', 'edge.refused'] },
  {
    title: 'Counts so far: retries, slow flushes, rejections of the write pool',
    label: 'count',
    metrics: ['fluentd.retries', 'fluentd.slowFlushes', 'engine.writeRejected'],
  },
  { title: 'Entries in Redis', label: 'entries', metrics: ['redis.entries'] },
];

/** Points of a line at most: what a drawing of 560 px can show. */
const MOST_POINTS = 120;

/**
 * A trial over time, from its samples in any order: charts of what was read, and names of metrics that stayed at 0, which need none. Longer trials are
 * shown as means of `everyMs`.
 */
export function timelineOf(
  { bytesPerLine, faults }: Pick<Trial, 'bytesPerLine' | 'faults'>,
  samples: readonly Sample[],
): { charts: Chart[]; quiet: Metric[]; everyMs: number } {
  const { rows, everyMs } = inSteps(samples);
  const bands = faults.map(({ label, fromMs, toMs }) => ({ label, from: fromMs, to: toMs }));
  const known = (metric: Metric) => rows.some(({ values }) => values[metric] !== undefined);
  const stirs = (metric: Metric) => rows.some(({ values }) => (values[metric] ?? 0) !== 0);
  const charts = CHARTS.flatMap(({ title, label, metrics }): Chart[] => {
    const shown = metrics.filter(stirs);
    const [first] = shown;
    if (first === undefined) return [];
    return [
      {
        title,
        x: { label: 'since the start', unit: 'ms', scale: 'linear' },
        y: { label, unit: METRICS[first].unit },
        kind: 'line',
        series: shown.map((metric) => ({
          name: nameOf(metric),
          points: rows.map(({ atMs, values }) => ({ x: atMs, y: values[metric] ?? null })),
        })),
        bands,
        bytesPerLine,
      },
    ];
  });
  const quiet = CHARTS.flatMap(({ metrics }) => metrics).filter((metric) => known(metric) && !stirs(metric));
  return { charts, quiet, everyMs };
}

/** `fluentd.cpu` is fluentd in a chart of CPU; elsewhere its name says it all. */
function nameOf(metric: Metric): string {
  const [part, what] = metric.split('.') as [string, string];
  if (what === 'lines') return part;
  return what === 'cpu' || what === 'memory' ? part : metric;
}

/** Means over steps of whole seconds, so many that a drawing can show them. */
function inSteps(samples: readonly Sample[]): { rows: Pick<Sample, 'atMs' | 'values'>[]; everyMs: number } {
  const times = samples.map(({ atMs }) => atMs);
  const from = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const to = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const everyMs = Math.max(1000, Math.ceil((to - from) / MOST_POINTS / 1000) * 1000);
  const steps = Map.groupBy(samples, ({ atMs }) => Math.floor(atMs / everyMs));
  const rows = [...steps]
    .sort(([a], [b]) => a - b)
    .map(([step, members]) => ({
      atMs: step * everyMs,
      values: meansOf(members),
    }));
  return { rows, everyMs };
}

function meansOf(samples: readonly Sample[]): Sample['values'] {
  const means: Sample['values'] = {};
  for (const metric of Object.keys(METRICS) as Metric[]) {
    const values = samples.flatMap(({ values }) => values[metric] ?? []);
    if (values.length > 0) means[metric] = values.reduce((sum, value) => sum + value, 0) / values.length;
  }
  return means;
}
