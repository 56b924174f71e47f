import { met, type Row, spreadOf, withUnit } from './figure.ts';

/** What misses its aim, a line each: what is known to hold it back, and whether its best round kept the aim. Empty where all is met. */
export function shortfalls(rows: readonly Row[]): string[] {
  const missed = rows.filter((row) => met(row) === false);
  if (missed.length === 0) return [];
  return ['What misses its aim, and why:', '', ...missed.map(lineOf), ''];
}

function lineOf(row: Row): string {
  const why = row.heldBack ?? 'what holds it back was not taken apart';
  return `- ${row.figure}: ${why}${bestOf(row)}.`;
}

/** Of the series that the figure is the median of. */
function bestOf({ series, unit, aim, measured }: Row): string {
  const own = series.findLast((one) => one.unit === unit && spreadOf(one.values).median === measured);
  if (!own || !aim) return '';
  const { min, max } = spreadOf(own.values);
  const best = aim.bound === 'at least' ? max : min;
  const kept = met({ measured: best, aim });
  return `; the best of ${own.values.length} rounds, ${withUnit(best, unit)}, ${kept ? 'keeps the aim: the rest is the noise of this machine, or other work on it' : 'misses it too'}`;
}
