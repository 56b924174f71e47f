import type { Chart } from '../../core/load-results.ts';
import { mebibytes, tick } from '../figures.ts';

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
/** Marks of a log axis in ms, where powers of ten would read `1m 40s`. */
const LOG_TIMES_MS = [1, 10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 360_000_000];

/** Where an axis in ms or bytes has its marks: at round times and powers of two, `most` of them or fewer; undefined for other units. */
export function roundStep(span: number, unit: string, most: number): number | undefined {
  if (unit === 'ms' && span > 1000) {
    const wanted = span / 1000 / most;
    return 1000 * (SECONDS.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400);
  }
  if (unit === 'bytes' || unit === 'bytes/s') return 2 ** Math.ceil(Math.log2(Math.max(1, span / most)));
  return undefined;
}

/** Marks of a log axis that holds these values, the first and the last at or beyond them: up to `few` values, the values themselves. */
export function logMarks(values: readonly number[], unit: string, few: number): number[] {
  const own = [...new Set(values)].sort((a, b) => a - b);
  const [low = 1, high = low] = [own[0], own.at(-1)];
  if (own.length > 1 && own.length <= few) return own;
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const marks = unit === 'ms' ? LOG_TIMES_MS : decades;
  const first = marks.findLastIndex((mark) => mark <= low);
  const last = marks.findIndex((mark) => mark >= high);
  return marks.slice(Math.max(0, first), last < 0 ? marks.length : last + 1);
}

/**
 * An axis of ECharts for numbers. `values`: all that it must hold; `most`: marks at most; `few`: values of a log axis up to which they are its marks.
 * Rates of lines of one length say their MiB/s below.
 */
export function numberAxis(
  { unit, scale = 'linear' }: { unit: string; scale?: Chart['x']['scale'] },
  values: readonly number[],
  { most, few = 0, bytesPerLine }: { most: number; few?: number; bytesPerLine?: number | undefined },
) {
  const both = bytesPerLine !== undefined && unit === 'lines/s';
  const axisLabel = {
    color: 'var(--chart-ink)',
    fontSize: 12,
    lineHeight: 14,
    hideOverlap: true,
    formatter: (value: number) =>
      both && value !== 0 ? `${tick(value, unit)}\n${mebibytes(value, bytesPerLine)} MiB/s` : tick(value, unit),
  };
  if (scale === 'log') {
    const positive = values.filter((value) => value > 0);
    const customValues = logMarks(positive, unit, few);
    const [min, max] = [customValues[0], customValues.at(-1)] as [number, number];
    return { type: 'log' as const, min, max, axisLabel: { ...axisLabel, customValues }, axisTick: { customValues } };
  }
  const low = values.reduce((a, b) => Math.min(a, b), 0);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  const interval = roundStep(high - low, unit, most);
  return {
    type: 'value' as const,
    splitNumber: both ? 3 : most,
    axisLabel,
    ...(interval && {
      interval,
      min: Math.floor(low / interval) * interval,
      max: Math.ceil(high / interval) * interval,
    }),
  };
}
