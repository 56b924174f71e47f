import { formatDuration } from '../core/duration.ts';
import type { Scenario } from '../core/scenario.ts';
import { number } from '../core/verdict.ts';
import type { Results, ScenarioResult } from '../runner/results.ts';
import type { Environment } from './environment.ts';
import { plainText } from './page.ts';

/** One run of a comparison. */
export interface ComparedRun {
  results: Results;
  environment: Environment;
}

/** What the promise table says of an outcome. */
const WORD = { pass: 'kept', fail: 'broken', error: 'not found out', skip: 'not run' } as const;

/**
 * The promise table: what each of two pipelines does with every promise, where it lost records, and the setting that makes the difference. Scenarios
 * that put the harness itself to the test (row 0) stand below it, as they promise nothing of a pipeline.
 */
export function promisesMarkdown(scenarios: readonly Scenario[], before: ComparedRun, after: ComparedRun): string {
  const sides = [before, after] as const;
  const names = sides.map(({ results }) => results.pipeline);
  const all = scenarios.filter(({ rows }) => rows.some((row) => row > 0));
  const own = scenarios.filter((scenario) => !all.includes(scenario));
  // Those of another topology are asked of neither.
  const promises = all.filter(({ name }) => sides.some((side) => isAsked(of(side, name))));
  return [
    `# What a sidecar keeps: ${names.join(' and ')}`,
    '',
    `${sides.map((side) => tally(promises, side)).join('; ')}.`,
    '',
    'Each promise was put to the test on both, record by record: every line that the application wrote was looked for in the search engine. Missing =',
    'accepted from the application and not found, of how many; duplicated = copies too many. Read “→” as “from the one to the other”.',
    '',
    `| the pipeline … | ${names.join(' | ')} | missing | duplicated | where they were lost | what makes the difference |`,
    '| --- | --- | --- | ---: | ---: | --- | --- |',
    ...promises.map((scenario) => row(scenario, before, after)),
    '',
    ...unclear(promises, sides),
    ...unasked(
      all.filter((scenario) => !promises.includes(scenario)),
      after,
    ),
    ...own.map(
      ({ name }) =>
        `The harness itself: \`${name}\` ${sides.map((side) => `${side.results.pipeline}: ${of(side, name)?.outcome ?? 'not run'}`).join(', ')}.`,
    ),
    '',
    '## The runs',
    '',
    ...sides.map(({ results, environment }) => `- ${provenance(results, environment)}`),
    '',
    `Made by \`npm run e2e -- --compare ${names.join(',')}\`.`,
    '',
  ].join('\n');
}

function row({ name, title, setting }: Scenario, before: ComparedRun, after: ComparedRun): string {
  const [one, two] = [of(before, name), of(after, name)];
  const change = (count: (result: ScenarioResult) => string) =>
    [one, two].map((result) => (result?.reconciliation ? count(result) : '?')).join(' → ');
  const cells = [
    `${title}<br>\`${name}\``,
    word(one),
    word(two),
    change(({ reconciliation: r }) => (r!.missing > 0 ? `${number(r!.missing)} of ${number(r!.accepted)}` : '0')),
    change(({ reconciliation: r }) => number(r!.duplicated)),
    [lost(one, before), lost(two, after)].filter(Boolean).join('<br>'),
    setting,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** `500 written-not-read`, the pipeline's name before it. */
function lost(result: ScenarioResult | undefined, { results }: ComparedRun): string {
  const counts = new Map<string, number>();
  for (const { stage = 'unknown', from, to } of result?.reconciliation?.missingRanges ?? [])
    counts.set(stage, (counts.get(stage) ?? 0) + to - from);
  if (counts.size === 0) return '';
  return `${results.pipeline}: ${Array.from(counts, ([stage, count]) => `${number(count)} ${stage}`).join(', ')}`;
}

function of({ results }: ComparedRun, name: string): ScenarioResult | undefined {
  return results.scenarios.find((result) => result.name === name);
}

function isAsked(result: ScenarioResult | undefined): boolean {
  return result !== undefined && result.outcome !== 'skip';
}

function word(result: ScenarioResult | undefined): string {
  return result ? WORD[result.outcome] : 'not run';
}

function tally(promises: readonly Scenario[], side: ComparedRun): string {
  const count = (outcome: ScenarioResult['outcome']) =>
    promises.filter(({ name }) => of(side, name)?.outcome === outcome).length;
  const open = count('error');
  return `**${side.results.pipeline} keeps ${count('pass')} of ${promises.length}**${open > 0 ? `, and of ${open} it was not found out` : ''}`;
}

/** Scenarios that were put to neither, and why. */
function unasked(scenarios: readonly Scenario[], side: ComparedRun): string[] {
  if (scenarios.length === 0) return [];
  const lines = scenarios.map(({ name }) => {
    const why = of(side, name)?.reasons[0]?.split('\n')[0];
    return `- \`${name}\`${why ? `: ${plainText(why)}` : ''}`;
  });
  return ['Asked of neither:', '', ...lines, ''];
}

/** Why a promise was not put to the test, or not found out, on one side. */
function unclear(promises: readonly Scenario[], sides: readonly ComparedRun[]): string[] {
  const lines = sides.flatMap((side) =>
    promises.flatMap(({ name }) => {
      const result = of(side, name);
      if (result?.outcome !== 'error' && result?.outcome !== 'skip') return [];
      return [
        `- \`${name}\`, ${side.results.pipeline}, ${word(result)}: ${plainText(result.reasons[0]?.split('\n')[0] ?? '')}`,
      ];
    }),
  );
  return lines.length > 0 ? ['Not found out, or not run:', '', ...lines, ''] : [];
}

function provenance({ pipeline, startedAt, durationMs, run, partial }: Results, environment: Environment): string {
  const { engine, kubernetes, fluentd, target, cpus, memoryBytes, commit, changed } = environment;
  return [
    `**${pipeline}**: ${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${formatDuration(durationMs)}${partial ? ' (interrupted)' : ''}`,
    ...(fluentd.length > 0 ? [`fluentd ${fluentd.join(' and ')}`] : []),
    `${engine.name} ${engine.version}`,
    `${target}${kubernetes ? `, Kubernetes ${kubernetes}` : ''}`,
    `${cpus} CPUs, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
    commit ? `commit ${commit.slice(0, 12)}${changed ? ' with changes' : ''}` : 'no commit',
    `run ${run}`,
  ].join('; ');
}
