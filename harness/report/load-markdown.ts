import type { LoadResults, Trial } from '../core/load-results.ts';
import { rate } from './figures.ts';
import { commandOf, questionsTable, surroundingsTable, thresholdsTable, trialsTable, whenOf } from './load-tables.ts';
import { findings } from './load-trial.ts';
import { plainText as text } from './page.ts';
import { tableMarkdown } from './table.ts';
import { subjectOf } from './terminal.ts';

/** report.md of a load, for a pull request: the verdict, the nine answers, every trial in a row, and what went wrong in full. Charts are in report.html. */
export function loadMarkdown(results: LoadResults): string {
  const { verdict, answers, trials, leftOut, engine, outcome, place, rehearsal } = results;
  const red = trials.filter((trial) => trial.outcome === 'fail' || trial.outcome === 'error');
  const tables = answers.flatMap(({ question, title, tables }) =>
    tables.map((table) => ({ table, title: `${question}. ${title}${table.title ? `: ${table.title}` : ''}` })),
  );
  return [
    `# ${text(verdict.sentence)}`,
    '',
    `Load of ${text(subjectOf(results))} on ${text(`${engine.name} ${engine.version}`)}: **${outcome}**. ${text(whenOf(results))}.`,
    '',
    ...(place ? [`${text(`On ${place}.`)}`, ''] : []),
    ...part('A rehearsal. What it does not show:', rehearsal ?? []),
    ...part('Because', verdict.because),
    ...part('It would flip if', verdict.flips),
    ...part('Beyond what was measured', verdict.extrapolated),
    ...(answers.length > 0 ? ['## The nine questions', '', tableMarkdown(questionsTable(results)), ''] : []),
    '## Trials',
    '',
    tableMarkdown(trialsTable(trials)),
    '',
    ...red.flatMap(trialInFull),
    ...tables.flatMap(({ table, title }) => folded(title, tableMarkdown(table))),
    ...part('What was left out', leftOut),
    ...folded('Where and with what', tableMarkdown(surroundingsTable(results))),
    'To repeat it:',
    '',
    '```',
    commandOf(results),
    '```',
    '',
  ].join('\n');
}

function trialInFull(trial: Trial): string[] {
  const { name, outcome, offered, bytesPerLine, thresholds } = trial;
  return [
    `### ${text(name)}: ${outcome} at ${rate(offered, bytesPerLine)}`,
    '',
    ...findings(trial).map((finding) => `- ${text(finding)}`),
    '',
    ...(thresholds.length > 0 ? [tableMarkdown(thresholdsTable(trial)), ''] : []),
  ];
}

function part(title: string, items: readonly string[]): string[] {
  return items.length > 0 ? [`**${title}**`, '', ...items.map((item) => `- ${text(item)}`), ''] : [];
}

function folded(title: string, markdown: string): string[] {
  return [`<details><summary>${text(title)}</summary>`, '', markdown, '', '</details>', ''];
}
