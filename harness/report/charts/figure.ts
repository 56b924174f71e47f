import type { Chart, Table } from '../../core/load-results.ts';
import { heading, tick } from '../figures.ts';
import { type Html, html, raw } from '../html.ts';
import { tableMarkup } from '../table.ts';
import { drawChart } from './draw.ts';
import { lookOf } from './looks.ts';
import { hasMarkers } from './option.ts';

/** One drawing for a page, one for a phone: letters of the first would be too small to read there. */
const WIDE = { width: 560, height: 260 };
const NARROW = { width: 340, height: 260 };

/** A chart as the page shows it: title, legend, drawing, what its bands are, and its figures as a table. */
export function chartFigure(chart: Chart): Html {
  const { title, y, series, bands = [], bytesPerLine } = chart;
  const unit = bytesPerLine && y.unit === 'lines/s' ? 'lines/s, MiB/s' : y.unit;
  return html`<figure class="chart" role="group" aria-label="${title}"><figcaption>${title}</figcaption>
<ul class="legend">${series.map(({ name }, i) => html`<li>${swatch(chart, i)} ${name}</li>`)}</ul>
<p class="axis">${heading(y.label, unit)}</p>
${drawing(chart, WIDE, 'wide')}${drawing(chart, NARROW, 'narrow')}
${bands.length > 0 && html`<ol class="bands">${bands.map((band) => html`<li>${band.label}, ${spanOf(band, chart.x.unit)}</li>`)}</ol>`}
<details><summary>Figures of this chart</summary>${tableMarkup(tableOf(chart))}</details></figure>
`;
}

function drawing(chart: Chart, size: typeof WIDE, kind: string): Html {
  const [start, rest] = drawChart(chart, size).split(/(?<=<svg[^>]*>)/, 2) as [string, string];
  const open = start.replace('aria-hidden="true"', `class="${kind}" role="img"`);
  return html`${raw(open)}<title>${describe(chart)}</title>${raw(rest)}`;
}

/** What a chart shows, for those who do not see it. */
function describe({ title, x, y, series, kind }: Chart): string {
  const what = { line: 'lines', bar: 'bars', points: 'points' }[kind];
  return `${title}: ${what} of ${series.map(({ name }) => name).join(', ')}; ${heading(y.label, y.unit)} against ${heading(x.label, x.unit)}`;
}

function spanOf({ from, to }: { from: number; to: number }, unit: string): string {
  return `${tick(from, unit)} to ${tick(to, unit)}`;
}

function swatch({ kind, series }: Chart, index: number): Html {
  const marked = kind === 'points' || hasMarkers(series[index]?.points ?? []);
  const { colour, dash, symbol } = lookOf(index);
  const dashes = { solid: '', dashed: '6 4', dotted: '2 3' }[dash];
  const marker = {
    circle: 'M14 1.5a3.5 3.5 0 1 1-.01 0',
    rect: 'M10.5 1.5h7v7h-7z',
    triangle: 'M14 1l4 7.5h-8z',
    diamond: 'M14 .5l4.5 4.5-4.5 4.5-4.5-4.5z',
  }[symbol];
  const shape =
    kind === 'bar'
      ? '<path d="M5 0h18v10h-18z"/>'
      : `${kind === 'line' ? `<path d="M0 5h28" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"/>` : ''}${marked ? `<path d="${marker}"/>` : ''}`;
  return raw(`<svg viewBox="0 0 28 10" width="28" height="10" aria-hidden="true" fill="${colour}">${shape}</svg>`);
}

/** A chart's figures: one row for each x, one column for each series. */
export function tableOf({ x, y, series, bytesPerLine }: Chart): Table {
  const rows = new Map<string | number, (number | null)[]>();
  for (const [i, { points }] of series.entries()) {
    for (const point of points) {
      const row = rows.get(point.x) ?? series.map(() => null);
      row[i] = point.y;
      rows.set(point.x, row);
    }
  }
  const keys = [...rows.keys()];
  if (x.scale !== 'category') keys.sort((a, b) => Number(a) - Number(b));
  return {
    columns: [{ title: x.label, unit: x.unit }, ...series.map(({ name }) => ({ title: name, unit: y.unit }))],
    rows: keys.map((key) => [key, ...(rows.get(key) ?? [])]),
    ...(bytesPerLine && { bytesPerLine }),
  };
}
