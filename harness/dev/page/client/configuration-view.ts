import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { formatDuration } from '../../../core/duration.ts';
import type { Reload } from '../messages.ts';
import { state } from './store.ts';
import { timeOf } from './words.ts';

/** td-agent.conf and what came of its last change. */
export function configurationView(): TemplateResult {
  const { setting, configuration, reload } = state;
  const wrong = reload && !reload.applied ? reload.line : undefined;
  return html`<section class="configuration" aria-labelledby="configuration">
    <h2 id="configuration">Configuration</h2>
    <p>Change <code>${setting?.configFile ?? 'td-agent.conf'}</code> and save it: it is checked, then comes into force.</p>
    ${reload ? reloadView(reload) : html`<p class="muted">Not changed since this page is served.</p>`}
    <ol class="conf" tabindex="0" aria-label="td-agent.conf">
      ${guard([configuration, wrong], () =>
        configuration
          ?.replace(/\n$/, '')
          .split('\n')
          .map((line, i) => lineView(line, i + 1 === wrong)),
      )}
    </ol>
  </section>`;
}

function lineView(line: string, wrong: boolean): TemplateResult {
  const kind = /^\s*#/.test(line) ? 'comment' : /^\s*<.*>\s*$/.test(line) ? 'section' : '';
  return html`<li class="${kind} ${wrong ? 'wrong' : ''}">${line}${wrong ? html`<span class="unseen"> (here fluentd sees the mistake)</span>` : nothing}</li>`;
}

function reloadView(reload: Reload): TemplateResult {
  const at = html`<time datetime=${new Date(reload.at).toISOString()}>${timeOf(reload.at)}</time>`;
  if (reload.applied) {
    const seen =
      reload.searchableMs === undefined ? '' : `; a probe was searchable after ${formatDuration(reload.searchableMs)}`;
    return html`<p class="reload good" role="status">${at}: ${reload.how}${seen}</p>`;
  }
  const place = `${reload.file}${reload.line === undefined ? '' : `, line ${reload.line}`}`;
  return html`<div class="reload bad" role="status">${at}: refused, the old configuration goes on. ${place}:<pre>${reload.error}</pre></div>`;
}
