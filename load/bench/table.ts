import { type Aim, met, type Row, spreadOf, withUnit } from './figure.ts';
import { shortfalls } from './shortfall.ts';

/** The rows as a Markdown table, and below it what each was made from: min, median and max of every contender. */
export function markdownTable(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) => `| ${row.figure} | ${measuredOf(row)} | ${aimOf(row.aim, row.unit)} | ${verdictOf(row)} |`,
  );
  const contenders = seriesOf(rows).map(({ name, unit, values }) => {
    const { min, median, max } = spreadOf(values);
    return `| ${name} | ${values.length} | ${[min, median, max].map((value) => withUnit(value, unit)).join(' | ')} |`;
  });
  const notes = rows.filter(({ note, measured }) => note && measured !== null);
  return [
    '| figure | measured | aim | met |',
    '| --- | ---: | ---: | --- |',
    ...lines,
    '',
    ...notes.map(({ figure, note }) => `${figure}: ${note}.`),
    ...(notes.length > 0 ? [''] : []),
    ...shortfalls(rows),
    ...(contenders.length > 0 ? ['| contender | n | min | median | max |', '| --- | ---: | ---: | ---: | ---: |'] : []),
    ...contenders,
  ].join('\n');
}

/** One row as one line, for people who wait. */
export function rowLine(row: Row): string {
  const mark = { true: '✔', false: '✘', undefined: '·' }[String(met(row)) as 'true'];
  const aim = row.aim ? `, aim ${aimOf(row.aim, row.unit)}` : '';
  return `${mark} ${row.figure}: ${measuredOf(row)}${aim}`;
}

/** A series that several rows are made from is shown once. */
function seriesOf(rows: readonly Row[]) {
  return new Map(rows.flatMap(({ series }) => series).map((one) => [`${one.name} ${one.unit}`, one]))
    .values()
    .toArray();
}

function measuredOf({ measured, unit, note }: Row): string {
  return measured === null ? (note ?? 'not measured') : withUnit(measured, unit);
}

function aimOf(aim: Aim | null, unit: string): string {
  return aim ? `${aim.bound === 'at least' ? '≥' : '≤'} ${withUnit(aim.value, unit)}` : '';
}

function verdictOf(row: Row): string {
  const kept = met(row);
  return kept === undefined ? '' : kept ? 'yes' : '**no**';
}
