import { max, median, min } from 'simple-statistics';
import type { Config } from '../../harness/cli/config.ts';
import { formatBytes } from '../../harness/core/duration.ts';

/** What one contender did, a value a round. */
export interface Series {
  name: string;
  unit: string;
  values: number[];
}

/** A bound that a figure shall keep. */
export interface Aim {
  bound: 'at least' | 'at most';
  value: number;
}

/** One line of the table. */
export interface Row {
  /** Unique: `emitter against reading`. */
  figure: string;
  /** null: not measured, and `note` says why. */
  measured: number | null;
  unit: string;
  /** null: shown beside another row, with no aim of its own. */
  aim: Aim | null;
  /** What it was made from. */
  series: Series[];
  note?: string;
  /** What is known to hold it back, told where it misses its aim; figures beside it are in docs/benchmarks.md. */
  heldBack?: string;
}

/** What a figure may use. */
export interface Bench {
  /** How often each contender is measured. */
  rounds: number;
  images: Config['images'];
  say(what: string): void;
  signal: AbortSignal;
}

/** Something that is measured, a file of load/bench. */
export interface Figure {
  name: string;
  title: string;
  needsDocker: boolean;
  /** So long that it is measured only when asked for by name or with --whole. */
  long?: boolean;
  /** Takes all down that it started, also when it throws. */
  measure(bench: Bench): Promise<Row[]>;
}

/** Whether a row keeps its aim; undefined where there is none or nothing was measured. */
export function met({ measured, aim }: Pick<Row, 'measured' | 'aim'>): boolean | undefined {
  if (measured === null || aim === null) return undefined;
  return aim.bound === 'at least' ? measured >= aim.value : measured <= aim.value;
}

/** Min, median and max. Throws where there are no values. */
export function spreadOf(values: readonly number[]): { min: number; median: number; max: number } {
  return { min: min([...values]), median: median([...values]), max: max([...values]) };
}

/** The row of a ratio: the median of the ratios of each round, in which `above` and `below` were measured one after the other. */
export function ratioRow(figure: string, above: Series, below: Series, aim: Aim, note?: string): Row {
  const values = above.values.map((value, round) => value / below.values[round]!);
  const ratio = { name: `${above.name} / ${below.name}`, unit: '×', values };
  return {
    figure,
    measured: spreadOf(values).median,
    unit: '×',
    aim,
    series: [above, below, ratio],
    ...(note ? { note } : {}),
  };
}

/** A row that stands for what could not be measured. */
export function unmeasured(figure: string, why: string): Row {
  return { figure, measured: null, unit: '', aim: null, series: [], note: `not measured because ${why}` };
}

/** `12.3 ×`, `41,200 lines/s`, `0.42 cores`, `31.5 MiB`. */
export function withUnit(value: number, unit: string): string {
  if (unit === 'bytes') return formatBytes(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const number = value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: 0 });
  return unit === '' ? number : `${number} ${unit}`;
}
