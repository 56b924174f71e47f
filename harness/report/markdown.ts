import { formatDuration } from '../core/duration.ts';
import type { MissingRange } from '../core/reconciliation.ts';
import { listStages } from '../core/stage.ts';
import { listRanges, number } from '../core/verdict.ts';
import type { Results, ScenarioResult } from '../runner/results.ts';
import type { Environment } from './environment.ts';
import { plainText as text } from './page.ts';
import { subjectOf, waited } from './terminal.ts';

/** report.md: what ran where, one row a scenario, what is red in full, then every other scenario folded. */
export function markdownReport(results: Results, environment: Environment): string {
  const { engine, startedAt, durationMs, outcome, scenarios, images, partial, brokenOff, place, rehearsal } = results;
  const red = scenarios.filter((one) => one.outcome === 'fail' || one.outcome === 'error');
  const rest = scenarios.filter((one) => !red.includes(one));
  const lines = [
    `# ${subjectOf(results)} on ${engine.name} ${engine.version}: ${outcome}${partial ? ' (partial: interrupted)' : ''}`,
    '',
    `${startedAt}, ${formatDuration(durationMs)}. ${surroundings(environment)}`,
    ...(place ? ['', text(`On ${place}.`)] : []),
    ...(rehearsal
      ? ['', '**A rehearsal. What it does not show:**', '', ...rehearsal.map((one) => `- ${text(one)}`)]
      : []),
    ...(brokenOff ? ['', `The environment failed, and the remaining scenarios did not run: ${text(brokenOff)}`] : []),
    '',
    'Counts are records. Missing = accepted from the application and not found; put aside = in fluentd’s dead-letter file; latency from the time a record was due to the domain’s answer.',
    '',
    '| scenario | outcome | accepted | delivered | missing | duplicated | unexpected | corrupted | in doubt | put aside | p50 | p99 | took |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...scenarios.map(row),
    '',
    ...scenarios.flatMap(({ name, blocked }) => blocked.map((one) => `- ${name}: ${waited(one)}`)),
    '',
    ...mending(red),
    ...red.flatMap((one) => [`## ${one.name}: ${one.outcome}`, '', ...details(one), ...lastWords(one)]),
    ...(rest.length > 0 ? [`## ${red.length > 0 ? 'The others' : 'Each scenario'}`, ''] : []),
    ...rest.flatMap((one) => [
      `<details><summary>${one.name}: ${one.outcome}</summary>`,
      '',
      ...details(one),
      '',
      '</details>',
    ]),
    '',
    '## Images',
    '',
    ...Object.entries(images).map(([role, image]) => `- ${role}: \`${image}\``),
    '',
  ];
  return lines.join('\n');
}

function surroundings({
  target,
  kubernetes,
  fluentd,
  commit,
  changed,
  cpus,
  memoryBytes,
  os,
  node,
}: Environment): string {
  return [
    `Target ${target}`,
    ...(kubernetes ? [`Kubernetes ${kubernetes}`] : []),
    ...(fluentd.length > 0 ? [`fluentd ${fluentd.join(' and ')}`] : []),
    `${cpus} CPUs and ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
    os,
    `Node ${node}`,
    commit ? `commit ${commit.slice(0, 12)}${changed ? ' with changes' : ''}.` : 'no git commit.',
  ].join(', ');
}

function row({ name, outcome, reconciliation: r, deadLetters, latencyMs, durationMs }: ScenarioResult): string {
  const counts = r
    ? [r.accepted, r.delivered, r.missing, r.duplicated, r.unexpected, r.corrupted, r.inDoubt, deadLetters].map(number)
    : Array(8).fill('');
  const latency = latencyMs ? [formatDuration(latencyMs.p50), formatDuration(latencyMs.p99)] : ['', ''];
  return `| ${[name, outcome, ...counts, ...latency, formatDuration(durationMs)].join(' | ')} |`;
}

/** What is broken, and the setting that keeps it in the delivered pipeline; nothing where nothing is. */
function mending(red: readonly ScenarioResult[]): string[] {
  const broken = red.filter(({ outcome, keptBy }) => outcome === 'fail' && keptBy !== undefined);
  if (broken.length === 0) return [];
  const cell = (words: string) => words.replaceAll('|', '\\|');
  return [
    '## What would mend it',
    '',
    '| broken promise: the pipeline … | missing | duplicated | what keeps it |',
    '| --- | ---: | ---: | --- |',
    ...broken.map(
      ({ name, promise, keptBy, reconciliation: r }) =>
        `| ${cell(promise ?? name)} | ${r ? number(r.missing) : '?'} | ${r ? number(r.duplicated) : '?'} | ${cell(keptBy!)} |`,
    ),
    '',
  ];
}

function details(result: ScenarioResult): string[] {
  const { reasons, traces, drain, latencyMs, besides, reconciliation, run } = result;
  const missing = reconciliation?.missingRanges ?? [];
  const ms = (value: number) => formatDuration(value);
  return [
    ...reasons.map((reason) => `- ${text(reason)}`),
    ...(missing.length > 0 && !reasons.some((reason) => reason.includes('where they were lost'))
      ? [`- where they were lost: ${text(listStages(missing))}`]
      : []),
    ...(reconciliation?.lossBound95
      ? [
          `- none of ${number(reconciliation.accepted)} lost: at 95 % confidence fewer than 1 in ${number(Math.floor(1 / reconciliation.lossBound95))}`,
        ]
      : []),
    ...traces.map(({ fault, trace }) => `- fault: ${text(fault)}: ${text(trace ?? 'no trace')}`),
    ...(drain ? [`- drained until: ${drain.end} after ${ms(drain.afterMs)}; last seen: ${text(drain.saw)}`] : []),
    ...(latencyMs
      ? [
          `- latency: p50 ${ms(latencyMs.p50)}, p90 ${ms(latencyMs.p90)}, p99 ${ms(latencyMs.p99)}, longest ${ms(latencyMs.max)}`,
        ]
      : []),
    `- ran ${besides.length > 0 ? `beside ${besides.join(', ')}` : 'alone'}; run ${run}`,
    ...missingTable(missing),
  ];
}

/** Most rows of the table of missing ranges; results.json has them all. */
const MOST_RANGES = 200;

function missingTable(ranges: readonly MissingRange[]): string[] {
  if (ranges.length === 0) return [];
  const over = ranges.length - MOST_RANGES;
  return [
    '',
    '| missing | place | lost | records | because |',
    '| --- | --- | --- | ---: | --- |',
    ...ranges.slice(0, MOST_RANGES).map((range) => {
      const { from, to, place, stage, because } = range;
      const seqs = listRanges([{ stream: range.stream, from, to }]);
      return `| ${[seqs, place, stage ?? '', number(to - from), text(because ?? '')].join(' | ')} |`;
    }),
    ...(over > 0 ? ['', `and ${number(over)} ranges more, in results.json`] : []),
  ];
}

function lastWords({ fluentdLog }: ScenarioResult): string[] {
  return fluentdLog.length > 0 ? ['', 'fluentd’s last lines:', '', '```', ...fluentdLog, '```', ''] : [''];
}
