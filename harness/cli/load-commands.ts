import { join, resolve } from 'node:path';
import { planFor } from '../../load/plan.ts';
import { calibrationOf } from '../core/calibration.ts';
import { parseDuration } from '../core/duration.ts';
import { EXIT, UsageError } from '../core/trouble.ts';
import { calibrationMarkdown, runInWords } from '../report/calibration.ts';
import {
  CALIBRATION_FILE,
  type CalibrationFile,
  readCalibration,
  writeCalibration,
} from '../report/calibration-file.ts';
import { compareLoads, compareLoadsAsJson } from '../report/load-comparison.ts';
import { readCalibratedLoad } from '../report/load-results-file.ts';
import { type FoundFindings, findingsOf } from '../report/newest-load.ts';
import { tableMarkdown } from '../report/table.ts';
import type { CalibrateOptions, CompareOptions } from './load-options.ts';
import type { PlanOptions } from './load-plan-options.ts';
import { ROOT } from './root.ts';

/** Where result folders lie, and the calibration that a plan finds by itself. */
const RESULTS = join(ROOT, 'results');

/** `npm run load -- compare A B` */
export function compareFolders({ folders: [a, b], json }: CompareOptions): number {
  process.stdout.write(json ? `${JSON.stringify(compareLoadsAsJson(a, b), undefined, 2)}\n` : compareLoads(a, b));
  return EXIT.pass;
}

/** `npm run load -- calibrate LOCAL AWS`: writes calibration.json into the folder of AWS and below `results`, or where it was told to. */
export function calibrateFolders(
  { folders: [local, aws], out, json }: CalibrateOptions,
  now: Date,
  results = RESULTS,
): number {
  const calibration: CalibrationFile = {
    ...calibrationOf(readCalibratedLoad(local), readCalibratedLoad(aws)),
    madeAt: now.toISOString(),
  };
  const files = out === undefined ? [join(aws, CALIBRATION_FILE), join(results, CALIBRATION_FILE)] : [resolve(out)];
  writeCalibration(files, calibration);
  if (json) process.stdout.write(`${JSON.stringify(calibration, undefined, 2)}\n`);
  else process.stdout.write(`${calibrationMarkdown(calibration)}\n\nwritten to ${files.join(' and ')}\n`);
  return EXIT.pass;
}

/** `npm run load -- plan`: from the newest load run that measured what a plan needs, unless a folder is named. */
export function printPlan(options: PlanOptions, results = RESULTS): number {
  const { goals, pods, linesPerSecond, bytesPerLine, peak, json } = options;
  const found = findingsOf(results, options.from);
  const demand = {
    pods,
    linesPerSecond,
    bytesPerLine,
    peak,
    outageMs: parseDuration(goals.outage),
    p99Ms: parseDuration(goals.p99),
  };
  const calibration = calibrationFor(found, options.calibration, results);
  const { table, verdict, remarks } = planFor(demand, found.findings, calibration);
  const basis = basisOf(found, calibration);
  if (json) {
    const plan = { demand, from: found.folder, calibration: calibration ?? null, basis, table, verdict, remarks };
    process.stdout.write(`${JSON.stringify(plan, undefined, 2)}\n`);
    return EXIT.pass;
  }
  const lines = [
    `measured in ${found.folder}`,
    ...basis,
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

/** What was measured on AWS is AWS's already. */
function calibrationFor(
  { onAws, folder }: FoundFindings,
  asked: PlanOptions['calibration'],
  results: string,
): CalibrationFile | undefined {
  if (onAws && typeof asked === 'string')
    throw new UsageError(
      `${folder} was measured on AWS: expected --from a local run with --calibration, or a plan without it`,
    );
  return onAws || asked === false ? undefined : readCalibration(join(results, CALIBRATION_FILE), asked);
}

function basisOf({ onAws, target, machine }: FoundFindings, calibration: CalibrationFile | undefined): string[] {
  if (onAws) return ['figures of AWS: nothing is to be calibrated'];
  if (!calibration) return ['local figures, not calibrated on Fargate'];
  const { local, aws, load, madeAt } = calibration;
  const same =
    local.target === target && local.machine.cpuModel === machine.cpuModel && local.machine.cpus === machine.cpus;
  return [
    `calibrated on Fargate (${load}, ${madeAt.slice(0, 10)}): from ${runInWords(local)}, to ${runInWords(aws)}`,
    ...(same
      ? []
      : [
          `measured elsewhere than it was calibrated: on ${target}, ${machine.cpus} × ${machine.cpuModel}; the factors are those of another place`,
        ]),
  ];
}
