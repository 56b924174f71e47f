import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { Setting } from '../messages.ts';
import { ask } from './ask.ts';
import { configurationView } from './configuration-view.ts';
import { faultsView } from './faults-view.ts';
import { keysView, listenToKeys, showKeys } from './keys.ts';
import { listen } from './live.ts';
import { search } from './log-search.ts';
import { logsView } from './logs-view.ts';
import { keepAtEnd, messagesView } from './messages-view.ts';
import { changed, drawWith, state } from './store.ts';
import { wayView } from './way-view.ts';

const LINES = {
  connecting: 'connecting…',
  connected: 'live',
  lost: 'no figures come in: is npm run dev still running?',
};

function header(): TemplateResult {
  const { setting, line, parts } = state;
  const linked = (part: string) => parts.find((one) => one.part === part)?.url;
  const [engine, dashboards] = [linked('engine'), linked('dashboards')];
  return html`<header>
    <h1>Sidecar pipeline</h1>
    <p class="line ${line}" role="status"><span class="dot" aria-hidden="true"></span>${LINES[line]}</p>
    <p>${setting ? html`${setting.kind === 'k3s' ? 'a pod of k3s' : 'Compose'} · <code>${setting.logFile}</code>` : nothing}</p>
    <nav aria-label="other places">
      ${engine ? html`<a href=${engine} rel="noreferrer">Engine</a>` : nothing}
      ${dashboards ? html`<a href=${dashboards} rel="noreferrer">Dashboards</a>` : nothing}
      <button type="button" aria-keyshortcuts="?" @click=${showKeys}>Keys</button>
    </nav>
  </header>`;
}

function page(): TemplateResult {
  return html`<a class="skip" href="#search" @click=${skip}>To the search</a>${header()}
    <main>${wayView()} ${faultsView()} ${logsView()} <div class="pair-of-sections">${configurationView()} ${messagesView()}</div></main>
    ${keysView()}`;
}

/** The address holds the search, so a link into the page must not change it. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#search')?.focus();
}

const root = document.querySelector<HTMLElement>('#page')!;
root.replaceChildren();
sessionStorage.removeItem('tries');
drawWith(() => keepAtEnd(() => render(page(), root)));
changed();
listenToKeys();
listen();
void search.run();
void search.followNewest();
state.setting = await ask<Setting>('/api/setting');
changed();
