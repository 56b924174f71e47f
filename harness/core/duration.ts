/** `'90s'`, `'250ms'`, `'5m'`, `'1h'`. */
export type DurationLiteral = `${number}${'ms' | 's' | 'm' | 'h'}`;
/** `'200B'`, `'512KiB'`, `'10MiB'`, `'1GiB'`. */
export type SizeLiteral = `${number}${'B' | 'KiB' | 'MiB' | 'GiB'}`;

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const BYTES = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Milliseconds of a literal; throws for anything else, quoting it. */
export function parseDuration(literal: string): number {
  return parse(literal, MS, 'a duration');
}

/** Bytes of a literal, whole; throws for anything else, quoting it. */
export function parseSize(literal: string): number {
  return Math.round(parse(literal, BYTES, 'a size'));
}

/** `1.2s`, `850ms`, `3m 5s`, for people. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return `${hours > 0 ? `${hours}h ` : ''}${minutes}m ${seconds % 60}s`;
}

/** `512 B`, `1.5 KiB`, `10.0 MiB`, for people. */
export function formatBytes(bytes: number): string {
  if (bytes < 1023.5) return `${Math.round(bytes)} B`;
  const unit = (['GiB', 'MiB', 'KiB'] as const).find((name) => bytes >= BYTES[name] * 0.99995) ?? 'KiB';
  return `${(bytes / BYTES[unit]).toFixed(1)} ${unit}`;
}

function parse(literal: string, units: Record<string, number>, what: string): number {
  const [, number, unit] = literal.match(/^(\d+(?:\.\d+)?)([a-zA-Z]+)$/) ?? [];
  const factor = unit !== undefined && Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (number === undefined || factor === undefined) {
    throw new Error(
      `expected ${what} such as ${Object.keys(units)
        .map((name) => `5${name}`)
        .join(', ')}, got "${literal}"`,
    );
  }
  return Number(number) * factor;
}
