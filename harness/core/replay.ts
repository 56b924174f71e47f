import { CsvError, parse } from 'csv-parse/sync';
import type { DurationLiteral, SizeLiteral } from './duration.ts';
import { formatDuration } from './duration.ts';
import { type LoadSize, type LoadStage, MOST_STAGES } from './stages.ts';
import { UsageError } from './trouble.ts';

export interface ReplayOptions {
  /** What the file is called, for errors. */
  file: string;
  /** How many times faster than it was: an hour lasts a minute at 60. The rates stay what they were: it is a load that fits into less time. 1 unless told. */
  speed?: number;
  /** Mean length of a line, where the file has bytes and no lines; 200 unless told. */
  bytesPerLine?: number;
}

/** A row of a CSV file: its line in the file, from 1, and its cells by column. */
interface Row {
  line: number;
  cells: Record<string, string>;
}

/**
 * Stages of a load that was measured elsewhere: a CSV file with the columns `time,lines,bytes`, `time,lines` or `time,bytes`, such as a date_histogram
 * of Elasticsearch or IncomingBytes of CloudWatch. A row says what came in the step that begins at its time (ISO 8601, UTC where it names no zone, or
 * ms); all steps are equally long. `bytes`: the mean length of a line where the file tells it, which is that of all lines. Throws a UsageError that
 * names file and line.
 */
export function replayStages(
  csv: string,
  { file, speed = 1, bytesPerLine = 200 }: ReplayOptions,
): { stages: LoadStage[]; bytes?: SizeLiteral } {
  if (!(speed > 0) || !Number.isFinite(speed)) throw new UsageError(`speed: expected a number above 0, got ${speed}`);
  const rows = rowsOf(csv, file, [
    ['time', 'lines', 'bytes'],
    ['time', 'lines'],
    ['time', 'bytes'],
  ]);
  const [first, second] = rows;
  if (!first || !second)
    throw new UsageError(`${file}: expected two rows or more (the time between them is the step), got ${rows.length}`);
  if (rows.length > MOST_STAGES)
    throw new UsageError(`${file}: expected at most ${MOST_STAGES} rows, got ${rows.length}; take longer steps`);
  const stepMs = timeOf(second, file) - timeOf(first, file);
  const steps = rows.map((row, i) => {
    if (i > 0) checkStep(rows[i - 1]!, row, stepMs, file);
    const [lines, bytes] = [numberIn(row, 'lines', file), numberIn(row, 'bytes', file)];
    return { lines: lines ?? (bytes ?? 0) / bytesPerLine, bytes: bytes ?? 0 };
  });
  const sum = (of: 'lines' | 'bytes') => steps.reduce((all, step) => all + step[of], 0);
  if (sum('lines') === 0)
    throw new UsageError(`${file}: expected a row with more than 0 lines, got ${rows.length} without`);
  const stages = merged(steps.map(({ lines }) => ({ ms: stepMs / speed, linesPerSecond: (lines * 1000) / stepMs })));
  return 'lines' in first.cells && 'bytes' in first.cells
    ? { stages, bytes: `${Math.max(1, Math.round(sum('bytes') / sum('lines')))}B` }
    : { stages };
}

/** A size distribution: a CSV file with the columns `bytes,lines`, how many lines were (about) that long. Throws a UsageError that names file and line. */
export function replaySizes(csv: string, { file }: { file: string }): LoadSize[] {
  const rows = rowsOf(csv, file, [['bytes', 'lines']]).map((row) => ({
    bytes: numberIn(row, 'bytes', file)!,
    lines: numberIn(row, 'lines', file)!,
  }));
  const all = rows.reduce((sum, { lines }) => sum + lines, 0);
  if (all === 0) throw new UsageError(`${file}: expected a row with more than 0 lines, got ${rows.length} without`);
  return rows
    .filter(({ lines }) => lines > 0)
    .map(({ bytes, lines }): LoadSize => ({ bytes: `${Math.round(bytes)}B`, share: lines / all }));
}

function rowsOf(csv: string, file: string, headers: string[][]): Row[] {
  const expected = headers.map((one) => one.join(',')).join(' or ');
  let parsed: { record: string[]; info: { lines: number } }[];
  try {
    parsed = parse(csv, { trim: true, skip_empty_lines: true, info: true }) as unknown as typeof parsed;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
  const [head, ...rest] = parsed;
  if (!head) throw new UsageError(`${file} is empty: expected a header ${expected} and rows`);
  const columns = head.record.map((column) => column.toLowerCase());
  if (!headers.some((one) => one.length === columns.length && one.every((column) => columns.includes(column))))
    throw new UsageError(`${file}: expected the header ${expected}, got "${head.record.join(',')}"`);
  return rest.map(({ record, info }) => ({
    line: info.lines,
    cells: Object.fromEntries(columns.map((column, i) => [column, record[i]!])),
  }));
}

/** ms since the epoch, or since whatever the file counts from. */
function timeOf({ line, cells }: Row, file: string): number {
  const text = cells['time']!;
  if (/^\d+$/.test(text)) return Number(text);
  const iso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  const ms = iso ? Date.parse(iso[3] ? text : `${text}Z`) : Number.NaN;
  if (Number.isNaN(ms))
    throw new UsageError(`${file}, line ${line}: expected a time such as 2026-03-01T09:30:00Z, or ms, got "${text}"`);
  return ms;
}

function numberIn({ line, cells }: Row, column: 'lines' | 'bytes', file: string): number | undefined {
  const text = cells[column];
  if (text === undefined) return undefined;
  const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number))
    throw new UsageError(`${file}, line ${line}: expected a number of ${column}, got "${text}"`);
  if (number < 0) throw new UsageError(`${file}, line ${line}: expected 0 ${column} or more, got ${text}`);
  return number;
}

function checkStep(before: Row, row: Row, stepMs: number, file: string): void {
  const ms = timeOf(row, file) - timeOf(before, file);
  const [earlier, time] = [before.cells['time'], row.cells['time']];
  if (ms <= 0) throw new UsageError(`${file}, line ${row.line}: expected a time after ${earlier}, got ${time}`);
  if (ms === stepMs) return;
  const missing = ms / stepMs - 1;
  const gap = Number.isInteger(missing) ? `; ${missing} rows are missing: write them, with 0 where nothing came` : '';
  throw new UsageError(
    `${file}, line ${row.line}: expected equal steps of ${formatDuration(stepMs)}, got ${formatDuration(ms)} from ${earlier} to ${time}${gap}`,
  );
}

/** Neighbours of the same rate are one stage. */
function merged(steps: readonly { ms: number; linesPerSecond: number }[]): LoadStage[] {
  const stages: { ms: number; linesPerSecond: number }[] = [];
  for (const step of steps) {
    const last = stages.at(-1);
    if (last?.linesPerSecond === step.linesPerSecond) last.ms += step.ms;
    else stages.push({ ...step });
  }
  return stages.map(({ ms, linesPerSecond }) => ({ for: `${decimal(ms)}ms` as DurationLiteral, linesPerSecond }));
}

/** As many decimals as a duration may have, and no exponent. */
function decimal(number: number): string {
  return String(Number(number.toFixed(3)));
}
