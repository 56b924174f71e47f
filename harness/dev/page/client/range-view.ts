import { html, type TemplateResult } from 'lit-html';
import { type Form, RANGES } from './form.ts';
import { search } from './log-search.ts';

const NAMES: Record<(typeof RANGES)[number], string> = {
  '5m': 'last 5 minutes',
  '15m': 'last 15 minutes',
  '1h': 'last hour',
  '24h': 'last 24 hours',
  '7d': 'last 7 days',
};

/** Choice of the time range; the two fields appear where it is one between two times. Times are of the reader's zone. */
export function rangeView(): TemplateResult {
  const { last, from, to } = search.form;
  const between = from !== undefined || to !== undefined;
  return html`<label>Time
      <select name="range" @change=${choose}>
        ${RANGES.map((name) => html`<option value=${name} .selected=${name === last}>${NAMES[name]}</option>`)}
        <option value="all" .selected=${!last && !between}>all</option>
        <option value="between" .selected=${between}>between…</option>
      </select></label>
    ${between ? html`<span class="between">${field('from', 'From', from)} ${field('to', 'to', to)}</span>` : ''}`;
}

function field(name: 'from' | 'to', label: string, ms: number | undefined): TemplateResult {
  return html`<label>${label} <input type="datetime-local" step="1" name=${name} .value=${local(ms)} @change=${set(name)} /></label>`;
}

function choose({ target }: Event): void {
  const { value } = target as HTMLSelectElement;
  const last = RANGES.find((name) => name === value);
  const now = Date.now();
  if (value === 'between') search.range({ from: now - 3_600_000, to: now });
  else search.range(last ? { last } : {});
}

function set(name: 'from' | 'to'): (event: Event) => void {
  return ({ target }) => {
    const ms = new Date((target as HTMLInputElement).value).getTime();
    const { from, to } = search.form;
    const range: Pick<Form, 'from' | 'to'> = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
    if (Number.isNaN(ms)) delete range[name];
    else range[name] = ms;
    search.range(range);
  };
}

/** `2026-11-25T21:04:05`, in the reader's zone, as the field has it. */
function local(ms: number | undefined): string {
  if (ms === undefined) return '';
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
