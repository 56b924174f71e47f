import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { FluentdMessage } from '../messages.ts';
import { changed, state } from './store.ts';

const TROUBLES = new Set(['warn', 'error', 'fatal']);

/** fluentd's own log, and how one reads each log by hand. */
export function messagesView(): TemplateResult {
  const { messages, troublesOnly, parts } = state;
  return html`<section class="messages" aria-labelledby="messages">
    <h2 id="messages">fluentd’s own messages</h2>
    <label class="check"><input type="checkbox" .checked=${troublesOnly} @change=${only} /> warnings and errors only</label>
    <ol class="log" tabindex="0" aria-label="fluentd’s log">
      ${guard([messages, troublesOnly], () => {
        const shown = troublesOnly ? messages.filter(({ level }) => TROUBLES.has(level)) : messages;
        return shown.length === 0
          ? html`<li class="muted">${troublesOnly ? 'No warning, no error.' : 'Nothing yet.'}</li>`
          : repeat(shown, ({ n }) => n, lineView);
      })}
    </ol>
    ${parts.length > 0 ? html`<h3>By hand</h3><dl class="hand">${parts.filter((one) => one.state !== 'absent').map(({ part, byHand }) => html`<div><dt>${part}</dt><dd><code>${byHand}</code></dd></div>`)}</dl>` : nothing}
  </section>`;
}

function lineView({ level, text }: FluentdMessage): TemplateResult {
  return html`<li class=${level === 'warn' ? 'odd' : TROUBLES.has(level) ? 'bad' : ''}>${text}</li>`;
}

function only({ target }: Event): void {
  state.troublesOnly = (target as HTMLInputElement).checked;
  changed();
}

/** Keeps the newest line in sight for who was at the end; `draw` changes the list. */
export function keepAtEnd(draw: () => void): void {
  const before = document.querySelector('.log');
  const atEnd = !before || before.scrollTop + before.clientHeight >= before.scrollHeight - 5;
  const height = before?.scrollHeight;
  draw();
  const log = document.querySelector('.log');
  // Where nothing was added there is nothing to measure twice for.
  if (log && atEnd && log.scrollHeight !== height) log.scrollTop = log.scrollHeight;
}
