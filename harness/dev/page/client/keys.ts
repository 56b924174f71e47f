import { html, type TemplateResult } from 'lit-html';
import { search } from './log-search.ts';
import { closeRows } from './rows-view.ts';

const KEYS: [key: string, does: string][] = [
  ['/', 'search'],
  ['t', 'tail: the newest lines arrive by themselves; again to pause'],
  ['↑ ↓', 'from row to row'],
  ['Enter', 'open or close a row'],
  ['Esc', 'leave: close what is open, empty the search'],
  ['?', 'these keys'],
];

/** The list of keys. */
export function keysView(): TemplateResult {
  return html`<dialog id="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl>${KEYS.map(([key, does]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}

export function showKeys(): void {
  document.querySelector<HTMLDialogElement>('#keys')?.showModal();
}

/** Takes the page's own keys; those for a field stay with the field. */
export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const field = document.querySelector<HTMLInputElement>('#search');
    if (event.key === 'Escape') return leave(field);
    if (event.target instanceof Element && event.target.matches('input, select, textarea')) return;
    const action = { '/': () => field?.focus(), t: () => search.follow(!search.tail), '?': showKeys }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function leave(field: HTMLInputElement | null): void {
  if (document.activeElement === field && field) {
    if (field.value) search.change({ text: '' });
    else field.blur();
  } else if (!closeRows()) field?.blur();
}
