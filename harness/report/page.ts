import { Marked, type Tokens } from 'marked';
import { escaped, type Html, html, raw } from './html.ts';

/**
 * A page that opens offline: light and dark as the reader's system has it; on a phone each row of a table becomes a card whose lines carry the names
 * of their columns.
 */
export async function htmlPage(markdown: string, title: string): Promise<string> {
  const marked = new Marked({ renderer: { table: tableWithLabels } });
  return pageFrame(title, raw(await marked.parse(markdown)));
}

/** A whole page: the styles of every report, then those of its own. */
export function pageFrame(title: string, body: Html, style = ''): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>${raw(STYLE + style)}</style></head><body>
${body}</body></html>
`.markup;
}

/** A message as one item or cell of Markdown: what Markdown and HTML would take for their own is shown as it is. */
export function plainText(message: string): string {
  return escaped(message)
    .replaceAll(/([\\`*_|[\]])/g, '\\$1')
    .replaceAll('\n', '<br>');
}

function tableWithLabels(
  this: { parser: { parseInline(tokens: Tokens.Generic[]): string } },
  { header, rows }: Tokens.Table,
): string {
  const heads = header.map(
    ({ tokens, align }) => `<th${align === 'right' ? ' class="number"' : ''}>${this.parser.parseInline(tokens)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = row.map(({ tokens, align }, i) => {
      const text = this.parser.parseInline(tokens);
      const kind = [align === 'right' ? 'number' : '', text === '' ? 'empty' : '', OUTCOMES.has(text) ? text : ''];
      return `<td class="${kind.filter(Boolean).join(' ')}" data-label="${escaped(header[i]?.text ?? '')}">${text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="table"><table><thead><tr>${heads.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>\n`;
}

/** Words of a cell that stand out, by their colour too. */
const OUTCOMES = new Set(['pass', 'kept', 'fail', 'broken', 'error', 'skip']);

/** Type and colours of all that this project shows in a browser. */
export const LOOK = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: #8885; --soft: #8882;
  --good: light-dark(#17692b, #7ed492); --bad: light-dark(#b3261e, #ff9d94); --odd: light-dark(#8a5a00, #f0c060); }`;

const STYLE = `
${LOOK}
body { margin: 2rem auto; max-width: 80rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { line-height: 1.2; font-size: 1.7rem; } h2 { margin-top: 2.2rem; font-size: 1.25rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top; overflow-wrap: normal; }
th { font-size: .8rem; } .number { text-align: right; white-space: nowrap; }
.pass, .kept { color: var(--good); } .fail, .broken { color: var(--bad); font-weight: 600; } .error, .skip { color: var(--odd); }
pre { overflow-x: auto; padding: .8rem; background: var(--soft); border-radius: .3rem; font-size: .8rem; }
code { overflow-wrap: anywhere; background: var(--soft); border-radius: .2rem; padding: 0 .2em; } pre code { background: none; padding: 0; }
details { border-bottom: 1px solid var(--line); padding: .35rem 0; } summary { cursor: pointer; }
@media (max-width: 48rem) {
  body { margin: 1rem auto; } h1 { font-size: 1.35rem; } .table { overflow: visible; } .table thead { display: none; }
  .table :is(table, tbody, tr, td) { display: block; } .table tr { border: 1px solid var(--line); border-radius: .4rem; margin-bottom: .8rem; padding: .3rem .7rem; }
  .table td { border: 0; padding: .1rem 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  .table td.number { display: inline-block; margin-right: .9rem; }
  .table td::before { content: attr(data-label) ": "; font-size: .8rem; opacity: .75; } .table td:first-child::before { content: none; } .table td:first-child { font-weight: 600; }
  .table td.empty { display: none; }
}
@media print { .table thead { display: table-header-group; } }
`;
