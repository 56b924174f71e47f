import { formatDuration } from '../harness/core/duration.ts';
import type { Latency } from '../harness/core/facts.ts';
import type { Answer, Chart, Table, Trial } from '../harness/core/load-results.ts';
import type { Metric, Sample } from '../harness/core/sample.ts';
import type { Load } from '../harness/core/scenario.ts';

/** A steady load of lines of this many bytes. */
export function steady(linesPerSecond: number, seconds: number, bytes: number): Load {
  return { linesPerSecond, for: `${seconds}s`, bytes: `${bytes}B` };
}

/** Columns that every table of trials has: what was asked, and what was done. */
export const RATE_COLUMNS: Table['columns'] = [
  { title: 'offered', unit: 'lines/s' },
  { title: 'offered', unit: 'MiB/s' },
  { title: 'achieved', unit: 'lines/s' },
];

export function rateCells({ offered, achieved, bytesPerLine }: Trial): (number | null)[] {
  return [Math.round(offered), mib(offered * bytesPerLine), Math.round(achieved)];
}

/** Bytes as MiB with two decimals. */
export function mib(bytes: number): number {
  return Math.round((bytes / 2 ** 20) * 100) / 100;
}

/** `12 ms`, `1.2s`, `never`, `–` */
export function ms(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return Number.isFinite(value) ? formatDuration(value) : 'never';
}

export function latencyCells(latency: Latency | null): (string | null)[] {
  return latency
    ? [latency.p50, latency.p90, latency.p99, latency.max].map((value) => ms(value))
    : [null, null, null, null];
}

/** One metric over time, in seconds since the load's start, thinned to what a chart can show. */
export function curve(name: string, samples: readonly Sample[], metric: Metric, scale = 1): Chart['series'][number] {
  const points = samples.flatMap(({ atMs, values }) => {
    const value = values[metric];
    return value === undefined ? [] : [{ x: Math.round(atMs / 100) / 10, y: value * scale }];
  });
  const step = Math.ceil(points.length / 200);
  return { name, points: points.filter((_, i) => i % step === 0) };
}

/** The faults of a trial as bands of a chart, seconds. */
export function bands({ faults }: Trial): NonNullable<Chart['bands']> {
  return faults.map(({ label, fromMs, toMs }) => ({ label, from: fromMs / 1000, to: toMs / 1000 }));
}

/** Why a trial did not hold, in a few words; '' where it did. */
export function why({ outcome, reasons, missing, drainMs }: Trial): string {
  if (outcome === 'pass') return '';
  if (drainMs === null && missing > 0 && outcome === 'fail')
    return `${missing.toLocaleString('en-US')} records not there in time`;
  return (reasons[0] ?? outcome).split('\n')[0]!.slice(0, 160);
}

/** An answer that was not found, and why. */
export function unmeasured(because: string): Omit<Answer, 'question' | 'title'> {
  return { measured: false, sentence: `not measured because ${because}`, tables: [], charts: [] };
}

/** What waited in a trial, and where: in fluentd's buffer, and unread in the log. */
export function waitingChart(title: string, trial: Trial & { samples: readonly Sample[] }): Chart {
  const inMib = 1 / 2 ** 20;
  return {
    title,
    kind: 'line',
    x: { label: 'since the start of the load', unit: 's', scale: 'linear' },
    y: { label: 'waiting', unit: 'MiB' },
    series: [
      curve('in the buffer', trial.samples, 'fluentd.buffer', inMib),
      curve('in the log, unread', trial.samples, 'fluentd.unread', inMib),
    ],
    bands: bands(trial),
  };
}
