import { html, nothing, type TemplateResult } from 'lit-html';
import { formatDuration } from '../../../core/duration.ts';
import type { FaultName, FaultState, ProbeResult } from '../messages.ts';
import { ask } from './ask.ts';
import { changed, state } from './store.ts';
import { counted } from './words.ts';

const BUTTONS: [name: FaultName, label: string, does: string][] = [
  ['outage', 'Outage', 'every request is answered 503'],
  ['throttle', 'Throttle', 'bulks are answered 429'],
  ['slow', 'Slow', 'bulks are answered 5 s late'],
  ['expired', 'Expired credentials', 'every request is answered 403, as for a token that expired'],
];

/** What can be done to the pipeline, and what is in force. */
export function faultsView(): TemplateResult {
  const { faults, pressing, faultTrouble } = state;
  const { inForce } = faults ?? {};
  return html`<section class="faults" aria-labelledby="faults">
    <h2 id="faults">Try the pipeline</h2>
    <div class="buttons" role="group" aria-label="what the edge does">
      ${BUTTONS.map(
        ([
          name,
          label,
          does,
        ]) => html`<button type="button" class="fault" aria-pressed=${inForce === name} ?disabled=${pressing !== undefined}
          title=${does} @click=${() => press(inForce === name ? null : name)}>${label}</button>`,
      )}
      <button type="button" ?disabled=${pressing !== undefined || !inForce} @click=${() => press(null)}>Heal</button>
    </div>
    <p role="status" class=${inForce || faultTrouble ? 'says bad' : ''}>${faultTrouble ?? whatIsInForce(faults)}</p>
    ${inForce ? html`<p class="bites">${counted(faults!.requests, 'request')} met it so far.</p>` : nothing}
    ${faults?.others ? html`<p>${counted(faults.others, 'rule')} of somebody else ${faults.others === 1 ? 'is' : 'are'} in force too.</p>` : nothing}
    ${probeView()}
  </section>`;
}

function whatIsInForce(faults: FaultState | undefined): string {
  if (!faults) return '';
  if (faults.trouble) return faults.trouble;
  const [, label, does] = BUTTONS.find(([name]) => name === faults.inForce) ?? [];
  return label ? `${label} is in force: ${does}.` : 'Nothing is in force: the edge lets through what is signed well.';
}

async function press(fault: FaultName | null): Promise<void> {
  state.pressing = fault ?? 'heal';
  delete state.faultTrouble;
  changed();
  try {
    state.faults = await ask<FaultState>('/api/fault', { send: { fault } });
  } catch (error) {
    state.faultTrouble = (error as Error).message;
  }
  delete state.pressing;
  changed();
}

function probeView(): TemplateResult {
  const { probe } = state;
  return html`<div class="probe">
    <button type="button" ?disabled=${probe === 'under way'} @click=${send}>Send a probe</button>
    <div role="status">${probe === 'under way' ? 'One record is on its way…' : probe ? outcome(probe) : 'One record through everything, with the time at each stage.'}</div>
  </div>`;
}

function outcome(probe: ProbeResult | { trouble: string }): TemplateResult {
  if ('trouble' in probe) return html`<p class="says bad">${probe.trouble}</p>`;
  const { searchableMs, index, stages } = probe;
  const verdict =
    searchableMs === undefined
      ? html`<p class="says bad">No search found it in time: npm run doctor -- --pipeline says why.</p>`
      : html`<p class="good">Searchable after ${formatDuration(searchableMs)}${index ? `, in ${index}` : ''}</p>`;
  return html`${verdict}<ol class="stages">${stages.map(stageView)}</ol>`;
}

function stageView({ stage, afterMs, saw }: ProbeResult['stages'][number]): TemplateResult {
  return html`<li>${stage} <b>${afterMs === undefined ? 'not seen' : formatDuration(afterMs)}</b>${saw ? ` (${saw})` : ''}</li>`;
}

async function send(): Promise<void> {
  state.probe = 'under way';
  changed();
  try {
    state.probe = await ask<ProbeResult>('/api/probe', { send: {} });
  } catch (error) {
    state.probe = { trouble: (error as Error).message };
  }
  changed();
}
