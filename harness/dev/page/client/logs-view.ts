import { html, nothing, type TemplateResult } from 'lit-html';
import type { Count } from '../messages.ts';
import { histogram } from './histogram.ts';
import { search } from './log-search.ts';
import { rangeView } from './range-view.ts';
import { rowsView } from './rows-view.ts';
import { changed } from './store.ts';
import { count, counted } from './words.ts';

/** What the reader is told of a search that was asked for; a tail that tells each second would be noise. */
let announced = '';

/** Search and tail. */
export function logsView(): TemplateResult {
  const { form, overview, tail, busy } = search;
  if (!tail && !busy) announced = found();
  return html`<section class="logs" aria-labelledby="logs">
    <h2 id="logs">Logs</h2>
    <form role="search" @submit=${(event: Event) => event.preventDefault()}>
      <label class="words">Search <input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="words, &quot;a phrase&quot;, -not, begin*"
        aria-keyshortcuts="/" .value=${form.text} @input=${({ target }: Event) => search.change({ text: (target as HTMLInputElement).value }, true)} /></label>
      ${rangeView()} ${choice('Level', 'level', overview?.levels)} ${choice('@log_name', 'logName', overview?.logNames)}
      <button type="button" id="tail" aria-pressed=${tail} aria-keyshortcuts="t" title="newest lines arrive by themselves (t)"
        @click=${() => search.follow(!search.tail)}>${tail ? (search.resting ? 'Tail rests' : 'Pause tail') : 'Tail'}</button>
    </form>
    <p class="sum"><span class="dot ${busy ? 'busy' : ''}" aria-hidden="true"></span>${found()}${tail && search.resting ? ' · tail rests while a row is open' : ''}</p>
    <p role="status" class="unseen">${announced}</p>
    ${search.trouble ? html`<p class="says bad" role="alert">${search.trouble}</p>` : nothing} ${nothingHere()}
    <div ?hidden=${!overview?.total}>${histogram.element}</div>
    ${search.above > 0 ? html`<p><button type="button" @click=${() => void search.run()}>Back to the newest (${counted(search.above, 'row')} above)</button></p>` : nothing}
    ${rowsView()}
  </section>`;
}

function found(): string {
  const { overview, hits } = search;
  if (search.trouble) return '';
  return overview
    ? `${counted(overview.total, 'document')}${overview.total > hits.length ? `, ${count(hits.length)} shown` : ''}`
    : 'counting…';
}

/** A search without a hit says where the documents are. */
function nothingHere(): TemplateResult | typeof nothing {
  const { overview } = search;
  if (!overview || overview.total > 0 || search.trouble) return nothing;
  const { outside = 0 } = overview;
  if (outside === 0) return html`<p class="empty">No document is like this.</p>`;
  return html`<p class="empty">None in this time range, but ${counted(outside, 'document')} outside of it: perhaps their time or time zone is not what you think.
    <button type="button" @click=${() => search.range({})}>Show all times</button></p>`;
}

function choice(label: string, name: 'level' | 'logName', values: Count[] | undefined): TemplateResult {
  const chosen = search.form[name];
  const known = values ?? [];
  const all = chosen && !known.some(({ value }) => value === chosen) ? [...known, { value: chosen, count: 0 }] : known;
  return html`<label>${label}
    <select name=${name} @change=${({ target }: Event) => search.change({ [name]: (target as HTMLSelectElement).value })}>
      <option value="" .selected=${chosen === ''}>any</option>
      ${all.map(({ value, count: n }) => html`<option value=${value} .selected=${value === chosen}>${value} (${count(n)})</option>`)}
    </select></label>`;
}

histogram.onRange = (from, to) => {
  search.tail = false;
  search.range({ from, to });
  changed();
};
