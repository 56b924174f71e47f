import { formatDuration } from '../core/duration.ts';
import type { Trial } from '../core/load-results.ts';
import type { Sample } from '../core/sample.ts';
import { chartFigure } from './charts/figure.ts';
import { figure, rate, tick } from './figures.ts';
import { type Html, html } from './html.ts';
import { latencyTable, metricsTable, thresholdsTable } from './load-tables.ts';
import { timelineOf } from './load-timeline.ts';
import { tableMarkup } from './table.ts';

/** One trial, folded: what came of it, and how it went over time. */
export function trialSection(trial: Trial, samples: readonly Sample[]): Html {
  const { name, outcome, topology, pods, bytesPerLine, offered, changes, thresholds, metrics } = trial;
  const changed = Object.entries(changes).map(([key, value]) => `${key}=${value}`);
  return html`<details class="trial" id="trial-${name}"><summary><b>${name}</b> <span class="${outcome}">${outcome}</span> · ${topology}, ${figure(pods)} ${pods === 1 ? 'pod' : 'pods'}, ${rate(offered, bytesPerLine)}</summary>
${changed.length > 0 && html`<p class="changes">Changed: <code>${changed.join(', ')}</code></p>`}
<ul>${findings(trial).map((finding) => html`<li>${finding}</li>`)}</ul>
${tableMarkup(latencyTable(trial))}
${thresholds.length > 0 && tableMarkup(thresholdsTable(trial))}
${timeline(trial, samples)}
${Object.keys(metrics).length > 0 && html`<details><summary>All metrics of this trial</summary>${tableMarkup(metricsTable(trial))}</details>`}
</details>
`;
}

/** What came of a trial, one sentence each. */
export function findings(trial: Trial): string[] {
  const { reasons, gaveOut, faults, sentTwice, blockedMs, accepted, missing, offered, achieved, bytesPerLine } = trial;
  return [
    ...reasons,
    `achieved ${rate(achieved, bytesPerLine)} of ${rate(offered, bytesPerLine)} offered over ${formatDuration(trial.measuredMs)}`,
    `${figure(missing)} of ${figure(accepted)} accepted lines missing, ${figure(trial.duplicated)} duplicated, ${sentTwice === null ? 'no edge to see what was sent more than once' : `${figure(sentTwice)} sent more than once`}`,
    gaveOut ? `gave out first: ${gaveOut.stage}: ${gaveOut.evidence.join('; ')}` : 'nothing gave out',
    ...(blockedMs > 0 ? [`the application could not write for ${formatDuration(blockedMs)}`] : []),
    ...faults.map(({ label, fromMs, toMs }) => `fault: ${label}, ${tick(fromMs, 'ms')} to ${tick(toMs, 'ms')}`),
  ];
}

function timeline(trial: Trial, samples: readonly Sample[]): Html {
  if (samples.length === 0) return html`<p class="unmeasured">No samples of this trial.</p>`;
  const { charts, quiet, everyMs } = timelineOf(trial, samples);
  const means =
    everyMs > 1000 ? ` Each point is the mean of ${formatDuration(everyMs)}; samples.jsonl has every second.` : '';
  return html`<p class="changes">Over time, read once a second.${means}${quiet.length > 0 && ` At 0 all the time: ${quiet.join(', ')}.`}</p>
<div class="charts">${charts.map(chartFigure)}</div>`;
}
