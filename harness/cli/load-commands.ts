import { join } from 'node:path';
import { planFor } from '../../load/plan.ts';
import { parseDuration } from '../core/duration.ts';
import { EXIT } from '../core/trouble.ts';
import { compareLoads, compareLoadsAsJson } from '../report/load-comparison.ts';
import { findingsOf } from '../report/newest-load.ts';
import { tableMarkdown } from '../report/table.ts';
import type { CompareOptions, PlanOptions } from './load-options.ts';
import { ROOT } from './root.ts';

/** `npm run load -- compare A B` */
export function compareFolders({ folders: [a, b], json }: CompareOptions): number {
  process.stdout.write(json ? `${JSON.stringify(compareLoadsAsJson(a, b), undefined, 2)}\n` : compareLoads(a, b));
  return EXIT.pass;
}

/** `npm run load -- plan`: from the newest load run that measured what a plan needs, unless a folder is named. */
export function printPlan(options: PlanOptions): number {
  const { goals, pods, linesPerSecond, bytesPerLine, peak, json } = options;
  const { folder, findings } = findingsOf(join(ROOT, 'results'), options.from);
  const demand = {
    pods,
    linesPerSecond,
    bytesPerLine,
    peak,
    outageMs: parseDuration(goals.outage),
    p99Ms: parseDuration(goals.p99),
  };
  const { table, verdict, remarks } = planFor(demand, findings);
  if (json) {
    process.stdout.write(`${JSON.stringify({ demand, from: folder, table, verdict, remarks }, undefined, 2)}\n`);
    return EXIT.pass;
  }
  const lines = [
    `measured in ${folder}`,
    '',
    tableMarkdown(table),
    '',
    verdict.sentence,
    ...verdict.flips.map((one) => `- would flip it: ${one}`),
    ...remarks.map((one) => `- to be known: ${one}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.pass;
}
