import { parseDuration, parseSize } from './duration.ts';
import { didYouMean } from './nearest.ts';
import { METRICS, type Metric, type Sample } from './sample.ts';
import { UsageError } from './trouble.ts';

/** What is known of a trial as a whole, with its unit. `p50` to `max` are times from written, as intended, to searchable. */
export const TOTALS = {
  missing: 'records',
  duplicated: 'records',
  unexpected: 'records',
  corrupted: 'records',
  p50: 'ms',
  p90: 'ms',
  p99: 'ms',
  max: 'ms',
  drain: 'ms',
  recovery: 'ms',
} as const;

export type Total = keyof typeof TOTALS;
const AGGREGATES = ['max', 'min', 'mean', 'p99'] as const;
export type Aggregate = (typeof AGGREGATES)[number];
export type Operator = '==' | '<' | '<=' | '>' | '>=';

/** A limit on something measured. `limit` in the unit of what it limits. */
export type Threshold = { expression: string; operator: Operator; limit: number } & (
  | { of: 'total'; name: Total }
  | { of: 'metric'; name: Metric; aggregate: Aggregate }
);

/** `measured` null: it was not measured, and what was not measured is not kept. */
export interface Judged {
  expression: string;
  measured: number | null;
  kept: boolean;
}

/** Every name that a threshold may speak of. */
export const KNOWN_NAMES: readonly string[] = [...Object.keys(TOTALS), ...Object.keys(METRICS)];

/** The unit of each of them. */
export const unitOf = (name: string): string =>
  Object.hasOwn(TOTALS, name) ? TOTALS[name as Total] : METRICS[name as Metric].unit;

const FORM =
  'NAME < LIMIT such as "missing == 0", "p99 < 5s", "fluentd.memory < 300MiB" or "mean(fluentd.cpu) <= 0.4"; ==, <, <=, > and >= are known';

/**
 * Reads `p99 < 5s` or `mean(fluentd.buffer) < 100MiB`. A metric without an aggregate is taken at its worst: its highest value, its lowest where the
 * limit is a lower one. Throws a UsageError that quotes the expression, and for a name that is not known lists those that are.
 */
export function parseThreshold(expression: string): Threshold {
  const refuse = (why: string) => new UsageError(`threshold "${expression}": ${why}`);
  const [, aggregate, inside, alone, operator, literal] =
    expression.trim().match(/^(?:(\w+)\(\s*([\w.]+)\s*\)|([\w.]+))\s*(==|<=|>=|<|>)\s*(-?[\w.%/]+)$/) ?? [];
  const name = inside ?? alone;
  if (name === undefined || operator === undefined || literal === undefined) throw refuse(`expected ${FORM}`);
  if (!KNOWN_NAMES.includes(name))
    throw refuse(`unknown metric "${name}"${didYouMean(name, KNOWN_NAMES)}; there are ${KNOWN_NAMES.join(', ')}`);
  const about = { expression: expression.trim(), operator: operator as Operator };
  try {
    if (Object.hasOwn(TOTALS, name)) {
      if (aggregate) throw new Error(`${name} is one figure already: expected it without ${aggregate}( )`);
      return { ...about, of: 'total', name: name as Total, limit: limitOf(literal, TOTALS[name as Total]) };
    }
    const worst = operator.startsWith('>') ? 'min' : 'max';
    if (aggregate && !AGGREGATES.includes(aggregate as Aggregate))
      throw new Error(`expected ${AGGREGATES.map((one) => `${one}( )`).join(', ')}, got "${aggregate}( )"`);
    return {
      ...about,
      of: 'metric',
      name: name as Metric,
      aggregate: (aggregate as Aggregate | undefined) ?? worst,
      limit: limitOf(literal, METRICS[name as Metric].unit),
    };
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

/** Whether a threshold was kept, by the samples of the measured time and what is known of the trial as a whole. */
export function evaluate(
  threshold: Threshold,
  { samples, totals }: { samples: readonly Sample[]; totals: Readonly<Record<Total, number | null>> },
): Judged {
  const measured =
    threshold.of === 'total'
      ? totals[threshold.name]
      : aggregated(threshold.aggregate, readingsOf(samples, threshold.name));
  return { expression: threshold.expression, measured, kept: measured !== null && holds(threshold, measured) };
}

/**
 * When a metric first broke its limit in every reading for longer than a grace, ms: a load that goes on would only confirm it. Samples in order of
 * time; one without a reading neither breaks the limit nor keeps it. undefined for totals, which are known at the end only.
 */
export function firstBreach(
  threshold: Threshold,
  samples: readonly Sample[],
  abortAfterMs: number,
): { sinceMs: number; atMs: number; measured: number } | undefined {
  if (threshold.of === 'total') return undefined;
  let sinceMs: number | undefined;
  for (const { atMs, values } of samples) {
    const measured = values[threshold.name];
    if (measured === undefined) continue;
    if (holds(threshold, measured)) sinceMs = undefined;
    else {
      sinceMs ??= atMs;
      if (atMs - sinceMs > abortAfterMs) return { sinceMs, atMs, measured };
    }
  }
  return undefined;
}

function holds({ operator, limit }: Pick<Threshold, 'operator' | 'limit'>, measured: number): boolean {
  switch (operator) {
    case '==':
      return measured === limit;
    case '<':
      return measured < limit;
    case '<=':
      return measured <= limit;
    case '>':
      return measured > limit;
    case '>=':
      return measured >= limit;
  }
}

function readingsOf(samples: readonly Sample[], name: Metric): number[] {
  return samples.flatMap(({ values }) => values[name] ?? []);
}

function aggregated(aggregate: Aggregate, readings: readonly number[]): number | null {
  if (readings.length === 0) return null;
  const sorted = readings.toSorted((a, b) => a - b);
  switch (aggregate) {
    case 'max':
      return sorted.at(-1)!;
    case 'min':
      return sorted[0]!;
    case 'mean':
      return sorted.reduce((sum, one) => sum + one, 0) / sorted.length;
    case 'p99':
      return sorted[Math.ceil(sorted.length * 0.99) - 1]!;
  }
}

/** A limit's number; a time or a size must say its unit, unless it is 0. */
function limitOf(literal: string, unit: string): number {
  if (literal.startsWith('-')) throw new Error(`expected a limit of 0 or more, got "${literal}"`);
  if (/^0(\.0*)?$/.test(literal)) return 0;
  if (unit === 'ms') return parseDuration(literal);
  if (unit === 'bytes' || unit === 'bytes/s') return parseSize(literal.replace(/\/s$/, ''));
  if (unit === 'share' && /^\d+(\.\d+)?%$/.test(literal)) return Number(literal.slice(0, -1)) / 100;
  if (!/^\d+(\.\d+)?$/.test(literal)) throw new Error(`expected a number of ${unit}, got "${literal}"`);
  return Number(literal);
}
