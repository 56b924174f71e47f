import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Hit } from '../messages.ts';
import { MOST_ROWS, search } from './log-search.ts';
import { changed } from './store.ts';
import { count, timeOf } from './words.ts';

/** Rows that are open. */
const open = new Set<string>();

/** The documents found, newest first. Drawn anew only where they, or what is open, changed. */
export function rowsView(): TemplateResult {
  const { hits, hasOlder, tail, busy } = search;
  return html`<div class="rows" @scroll=${atEnd}>
    <ol aria-label="documents, newest first" @keydown=${walk}>
      ${guard([hits, [...open].join()], () => repeat(hits, ({ key }) => key, row))}
    </ol>
    ${
      hasOlder && !tail
        ? html`<p><button type="button" id="older" ?disabled=${busy} @click=${() => void search.older()}>Older rows</button>
          ${hits.length === MOST_ROWS ? `${count(MOST_ROWS)} rows are shown at most` : ''}</p>`
        : nothing
    }
  </div>`;
}

/** Goes on by itself where the last rows come into sight. */
function atEnd({ currentTarget }: Event): void {
  const { scrollTop, clientHeight, scrollHeight } = currentTarget as HTMLElement;
  if (!search.tail && scrollHeight - scrollTop - clientHeight < 300) void search.older();
}

/** Closes what is open; whether there was any. */
export function closeRows(): boolean {
  const closed = open.size > 0;
  open.clear();
  search.resting = false;
  if (closed) changed();
  return closed;
}

function row(hit: Hit, i: number): TemplateResult {
  const { key, source } = hit;
  const level = textOf(source['level']);
  const at = Date.parse(textOf(source['@timestamp']));
  const isOpen = open.has(key);
  // One stop for the Tab key; arrows go on from there.
  return html`<li class="row ${levelClass(level)}">
    <button type="button" tabindex=${i === 0 || isOpen ? 0 : -1} aria-expanded=${isOpen} @click=${() => toggle(key)}>
      <time datetime=${textOf(source['@timestamp'])} title=${textOf(source['@timestamp'])}>${Number.isNaN(at) ? '–' : timeOf(at)}</time>
      <span class="level">${level}</span><span class="from">${textOf(source['@log_name'])}</span>
      <span class="text">${messageOf(source)}</span>
    </button>
    ${isOpen ? whole(hit) : nothing}
  </li>`;
}

function whole({ index, id, source }: Hit): TemplateResult {
  const fields: [string, unknown][] = [...Object.entries(source), ['_index', index], ['_id', id]];
  return html`<dl class="whole">${fields.map(([name, value]) => html`<div><dt>${name}</dt><dd>${textOf(value)}</dd></div>`)}</dl>`;
}

function toggle(key: string): void {
  if (!open.delete(key)) open.add(key);
  search.resting = open.size > 0;
  changed();
}

/** Arrow keys go from row to row. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const item = event.target instanceof Element ? event.target.closest('li') : null;
  if (!step || !item) return;
  const next = step > 0 ? item.nextElementSibling : item.previousElementSibling;
  next?.querySelector('button')?.focus();
  event.preventDefault();
}

/** The field that a line's text is in; all of the document where it has none. */
function messageOf(source: Record<string, unknown>): string {
  return textOf(source['message'] ?? source['log'] ?? source['msg'] ?? source);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function levelClass(level: string): string {
  if (/^(err|crit|fatal|alert|emerg|severe|panic)/i.test(level)) return 'bad';
  return /^warn/i.test(level) ? 'odd' : '';
}
