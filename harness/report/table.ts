import type { Table } from '../core/load-results.ts';
import { bareFigure, heading, mebibytes } from './figures.ts';
import { type Html, html } from './html.ts';
import { plainText } from './page.ts';

/** Words of a cell that stand out by their colour too. */
const OUTCOMES = new Set(['pass', 'fail', 'error', 'skip']);

/** Columns up to which a table has letters of the usual size. */
const MOST_COLUMNS = 10;

/** A table as HTML, in a box that scrolls where the page is too narrow for it. */
export function tableMarkup(table: Table, caption?: string): Html {
  const { columns } = table;
  const right = rightAligned(table);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption ?? `table of ${columns.map(({ title }) => title).join(', ')}`}"><table class="${columns.length > MOST_COLUMNS ? 'wide-table' : ''}">${caption && html`<caption>${caption}</caption>`}
<thead><tr>${columns.map(({ title, unit }, i) => html`<th scope="col" class="${right[i] ? 'number' : ''}">${heading(title, unit)}</th>`)}</tr></thead>
<tbody>${table.rows.map(
    (
      row,
    ) => html`<tr>${row.map((cell, i) => html`<td class="${[right[i] ? 'number' : '', OUTCOMES.has(String(cell)) ? String(cell) : ''].filter(Boolean).join(' ')}">${cellText(table, cell, i)}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

/** A table as Markdown, one row a line. */
export function tableMarkdown(table: Table): string {
  const right = rightAligned(table);
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(table.columns.map(({ title, unit }) => plainText(heading(title, unit)))),
    row(table.columns.map((_, i) => (right[i] ? '---:' : '---'))),
    ...table.rows.map((cells) => row(cells.map((cell, i) => plainText(cellText(table, cell, i))))),
  ].join('\n');
}

/** A cell as people read it; a rate of lines of one length says its MiB/s as well. */
function cellText({ columns, bytesPerLine }: Table, cell: string | number | null, column: number): string {
  const unit = columns[column]?.unit;
  const text = bareFigure(cell, unit);
  if (typeof cell !== 'number' || unit !== 'lines/s' || bytesPerLine === undefined) return text;
  return `${text} (${mebibytes(cell, bytesPerLine)} MiB/s)`;
}

function rightAligned({ columns, rows }: Table): boolean[] {
  return columns.map((_, i) => rows.every((row) => typeof row[i] !== 'string') && rows.length > 0);
}
