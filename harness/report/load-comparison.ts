import {
  COMPARED,
  type ComparedFigure,
  compareTrials,
  LEAST_REPETITIONS,
  type LoadComparison,
  type Spread,
} from '../core/load-comparison.ts';
import { bareFigure, figure } from './figures.ts';
import { readLoadResults } from './load-results-file.ts';
import { plainText as text } from './page.ts';
import { tableMarkdown } from './table.ts';

/** Two result folders of loads side by side, as Markdown. Throws a UsageError where one cannot be read. */
export function compareLoads(folderA: string, folderB: string): string {
  const comparison = compareTrials(readLoadResults(folderA), readLoadResults(folderB));
  return comparisonMarkdown(comparison, folderA, folderB);
}

/** The same as data. */
export function compareLoadsAsJson(folderA: string, folderB: string): LoadComparison {
  return compareTrials(readLoadResults(folderA), readLoadResults(folderB));
}

function comparisonMarkdown(
  { trials, onlyA, onlyB, passedOver, unlike }: LoadComparison,
  folderA: string,
  folderB: string,
): string {
  const claims = trials.flatMap(({ name, figures }) => figures.filter(differs).map((one) => claim(name, one)));
  return [
    `# a: ${text(folderA)}, b: ${text(folderB)}`,
    '',
    ...(claims.length > 0 ? claims.map((one) => `- ${text(one)}`) : ['No difference shown.']),
    '',
    `Figures are means, in brackets the least and the highest of n repetitions. A difference is claimed where the spreads do not overlap and n is ${LEAST_REPETITIONS} or more on both sides.`,
    '',
    ...listed('Not the same about the two runs, and a reason to doubt', unlike),
    ...listed('Says nothing about a pipeline, and is passed over', passedOver),
    ...listed('Only in a', onlyA),
    ...listed('Only in b', onlyB),
    ...(trials.length === 0 ? ['No trial is in both.', ''] : []),
    ...trials.flatMap(({ name, figures }) => [`## ${text(name)}`, '', tableMarkdown(tableOf(figures)), '']),
  ].join('\n');
}

function tableOf(figures: readonly ComparedFigure[]) {
  return {
    columns: ['figure', 'a', 'b', 'b ÷ a', 'difference'].map((title) => ({ title })),
    rows: figures.map(({ name, a, b, ratio, difference }) => [
      name,
      spread(a, COMPARED[name].unit),
      spread(b, COMPARED[name].unit),
      ratio === null ? '–' : ratio.toFixed(2),
      difference === 'no difference shown' ? difference : `b is ${difference}`,
    ]),
  };
}

function spread(of: Spread | null, unit: string): string {
  if (!of) return '–';
  const mean = figure(of.mean, unit);
  return of.n === 1 ? mean : `${mean} (${bareFigure(of.min, unit)}–${bareFigure(of.max, unit)}, n = ${of.n})`;
}

function differs({ difference }: ComparedFigure): boolean {
  return difference !== 'no difference shown';
}

function claim(trial: string, { name, a, b, ratio, difference }: ComparedFigure): string {
  const { unit } = COMPARED[name];
  const times = ratio === null ? '' : `, ${ratio.toFixed(2)} times`;
  return `${trial}: ${name} is ${difference} in b: ${figure(a?.mean, unit)} → ${figure(b?.mean, unit)}${times}`;
}

function listed(title: string, items: readonly string[]): string[] {
  return items.length > 0 ? [`${title}:`, '', ...items.map((item) => `- ${text(item)}`), ''] : [];
}
