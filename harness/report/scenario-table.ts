import { needsOf, type Scenario } from '../core/scenario.ts';

/** The README's table of scenarios in Markdown: what each promises, the setting that keeps it, and what becomes of it as written in 2020. */
export function scenarioTable(scenarios: readonly Scenario[]): string {
  const rows = scenarios.map(
    (scenario) => `| \`${scenario.name}\` | ${scenario.title} | ${scenario.setting} | ${fateOf(scenario)} |`,
  );
  return ['| scenario | the pipeline … | kept by | as written |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function fateOf(scenario: Scenario): string {
  const needs = needsOf(scenario);
  // The set-up of 2020 has no such part.
  if (needs.has('collector') || needs.has('queue')) return '–';
  const { asWritten } = scenario;
  if (asWritten === 'kept') return 'kept';
  return asWritten === 'either' ? 'by chance' : '**broken**';
}

/** A text with the table between its marks replaced; throws where the marks are not there. */
export function withScenarioTable(text: string, table: string): string {
  const marks = /(<!-- scenarios -->\n)[\s\S]*?(\n<!-- \/scenarios -->)/;
  if (!marks.test(text)) throw new Error('expected the marks <!-- scenarios --> and <!-- /scenarios --> in README.md');
  return text.replace(marks, (_, open, close) => open + table + close);
}
