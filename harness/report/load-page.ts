import type { Answer, LoadResults, QueueVerdict } from '../core/load-results.ts';
import type { Sample } from '../core/sample.ts';
import { chartFigure } from './charts/figure.ts';
import { type Html, html, raw } from './html.ts';
import { LOAD_STYLE, THEME_SCRIPT } from './load-style.ts';
import { commandOf, surroundingsTable, trialsTable, whenOf } from './load-tables.ts';
import { trialSection } from './load-trial.ts';
import { pageFrame } from './page.ts';
import { tableMarkup } from './table.ts';
import { subjectOf } from './terminal.ts';

/** report.html of a load: one file that opens offline and needs no script to be read. `samples`: by the name of their trial. */
export function loadPage(results: LoadResults, samples: ReadonlyMap<string, readonly Sample[]>): string {
  const { verdict, answers, trials, leftOut, rehearsal } = results;
  const subject = subjectOf(results);
  const body = html`<header><span>Load of <b>${subject}</b> on ${results.engine.name} ${results.engine.version}, ${whenOf(results)}: <span class="${results.outcome}">${results.outcome}</span></span></header>
<main>${rehearsal && rehearsalSection(rehearsal)}${verdictSection(verdict)}
${answers.length > 0 && questionsSection(answers)}
${answers.map(answerSection)}
<h2 id="trials">Trials</h2>
<p>Offered and achieved are means of the measured time, warm-up apart; latencies count from the intended write time. Counts are lines.</p>
${tableMarkup(trialsTable(trials), 'All trials')}
${trials.map((trial) => trialSection(trial, samples.get(trial.name) ?? []))}
<h2>What was left out</h2>
${leftOut.length > 0 ? list(leftOut) : html`<p>Nothing.</p>`}
<h2>Where and with what</h2>
${tableMarkup(surroundingsTable(results))}
<h2>How to repeat it</h2>
<pre class="command">${commandOf(results)}</pre></main>
<script>${raw(THEME_SCRIPT)}</script>
`;
  return pageFrame(`${verdict.queue}: load of ${subject}`, body, LOAD_STYLE);
}

/** What was found, in a sentence each. */
function questionsSection(answers: readonly Answer[]): Html {
  return html`<h2>The nine questions</h2>
<div class="scroll" tabindex="0" role="region" aria-label="the nine questions"><table><thead><tr><th scope="col" class="number">#</th><th scope="col">question</th><th scope="col">answer</th></tr></thead>
<tbody>${answers.map(
    ({
      question,
      title,
      sentence,
      measured,
    }) => html`<tr><td class="number">${question}</td><td><a href="#question-${question}">${title}</a></td><td class="${measured ? '' : 'unmeasured'}">${sentence}</td></tr>
`,
  )}</tbody></table></div>`;
}

/** Before all figures: they are of stand-ins. */
function rehearsalSection(differences: readonly string[]): Html {
  return html`<section class="verdict" id="rehearsal"><h2>A rehearsal. What it does not show:</h2>${list(differences)}</section>
`;
}

/** Whether a queue is needed, and what that rests on. */
function verdictSection({ queue, sentence, because, flips, extrapolated }: QueueVerdict): Html {
  const tone = { 'not needed': 'good', needed: 'bad', 'would not help': 'bad', 'not found out': '' }[queue];
  const part = (title: string, items: readonly string[]) => items.length > 0 && html`<h2>${title}</h2>${list(items)}`;
  return html`<section class="verdict ${tone}"><h1>${sentence}</h1>
${part('Because', because)}${part('It would flip if', flips)}${part('Beyond what was measured', extrapolated)}</section>`;
}

/** Columns of a table that stands beside a chart, at most. */
const NARROW_TABLE = 5;

function answerSection({ question, title, sentence, measured, tables, charts }: Answer): Html {
  const titled = (table: Answer['tables'][number]) => tableMarkup(table, table.title);
  const beside = charts.length > 0 ? tables.filter(({ columns }) => columns.length <= NARROW_TABLE) : [];
  return html`<section id="question-${question}"><h3>${question}. ${title}</h3>
<p class="found${measured ? '' : ' unmeasured'}">${sentence}</p>
<div class="charts">${charts.map(chartFigure)}${beside.map(titled)}</div>
${tables.filter((table) => !beside.includes(table)).map(titled)}</section>
`;
}

function list(items: readonly string[]): Html {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
