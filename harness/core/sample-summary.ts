import type { Metric, MetricSummary, Sample } from './sample.ts';

/** A metric over the samples of [fromMs, toMs), ms since the load's start; undefined where none of them has it. */
export function summarize(
  samples: readonly Sample[],
  metric: Metric,
  fromMs: number,
  toMs: number,
): MetricSummary | undefined {
  const values = samples
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    .flatMap(({ values }) => values[metric] ?? [])
    .sort((a, b) => a - b);
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return { mean, p99: values[Math.ceil(values.length * 0.99) - 1]!, max: values.at(-1)! };
}
