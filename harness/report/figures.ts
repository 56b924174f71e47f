import { formatBytes, formatDuration } from '../core/duration.ts';
import { number } from '../core/verdict.ts';

/** Units whose figures say themselves what they are, such as `1.2s` and `10.0 MiB`. */
const TELLING: Record<string, (value: number) => string> = {
  ms: (value) => (value > 0 && value < 9.95 ? `${plain(value)}ms` : formatDuration(value)),
  bytes: formatBytes,
  'bytes/s': (value) => `${formatBytes(value)}/s`,
  share: (value) => `${plain(value * 100)} %`,
};

/** A figure without its unit, unless the unit tells how to write it: `1.2s`, `10.0 MiB`, `12 %`, `8,000`. `–`: not measured. */
export function bareFigure(value: string | number | null | undefined, unit = ''): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '∞';
  const write = Object.hasOwn(TELLING, unit) ? TELLING[unit] : plain;
  return value < 0 ? `−${write?.(-value)}` : `${write?.(value)}`;
}

/** A figure with its unit. */
export function figure(value: number | null | undefined, unit = ''): string {
  const bare = bareFigure(value, unit);
  return bare === '–' || unit === '' || Object.hasOwn(TELLING, unit) ? bare : `${bare} ${unit}`;
}

/** `8,000 lines/s (1.5 MiB/s)`, of lines of so many bytes. */
export function rate(linesPerSecond: number | null | undefined, bytesPerLine: number): string {
  if (linesPerSecond === null || linesPerSecond === undefined) return '–';
  return `${figure(linesPerSecond, 'lines/s')} (${mebibytes(linesPerSecond, bytesPerLine)} MiB/s)`;
}

/** MiB/s of a rate in lines/s, without the unit. */
export function mebibytes(linesPerSecond: number, bytesPerLine: number): string {
  const value = (linesPerSecond * bytesPerLine) / 2 ** 20;
  return value < 1 ? number(Number(value.toPrecision(2))) : plain(value);
}

/** Heading of a column or an axis: its unit in brackets, unless its figures tell it. */
export function heading(title: string, unit = ''): string {
  return unit === '' || unit === title || Object.hasOwn(TELLING, unit) ? title : `${title} (${unit})`;
}

/** A figure on an axis, as short as it goes: `10s`, `64 MiB`. */
export function tick(value: number, unit: string): string {
  if (value === 0) return '0';
  if (unit === 'ms' && value >= 60_000 && value < 3_600_000 && value % 60_000 === 0) return `${value / 60_000}m`;
  return bareFigure(value, unit)
    .replace(/\.0(?= |s)/, '')
    .replace(/ 0m 0s$| 0s$/, '');
}

/** Three digits that count, whole from 100 on. */
function plain(value: number): string {
  if (value >= 99.95) return number(Math.round(value));
  return number(Number(value.toPrecision(3)));
}
