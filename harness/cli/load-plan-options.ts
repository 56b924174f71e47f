import { type Command, Option } from 'commander';
import { numberAbove0, numberFrom1, sizeBytes, wholeFrom1 } from './arguments.ts';
import { type Goals, goalOptions } from './load-goals.ts';
import { AFTER_PLAN } from './load-help.ts';

/** `npm run load -- plan`: what so many pods need. */
export interface PlanOptions {
  command: 'plan';
  pods: number;
  /** Of each pod, on the mean. */
  linesPerSecond: number;
  bytesPerLine: number;
  /** The highest rate, as a multiple of the mean. */
  peak: number;
  goals: Goals;
  /** Result folder whose measurements are used; the newest unless told. */
  from?: string;
  /** File of the calibration; the usual place unless told, false: none. */
  calibration?: string | false;
  json: boolean;
}

/** Adds the options of the plan to its command; `asked` is told what was asked for. */
export function planOptions(command: Command, asked: (options: PlanOptions) => void): void {
  goalOptions(command)
    .description('what so many pods need, from what was measured: size, buffer, volume, domain, and whether a queue')
    .requiredOption('--pods <n>', 'how many pods', wholeFrom1)
    .requiredOption('--lines <lines/s>', 'of each pod, on the mean', numberAbove0)
    .requiredOption('--bytes <size>', 'mean length of a line, such as 400 or 1KiB', sizeBytes)
    .addOption(
      new Option('--peak <factor>', 'the highest rate, as a multiple of the mean').argParser(numberFrom1).default(1),
    )
    .option('--from <dir>', 'result folder whose measurements are used (the newest of npm run load)')
    .option(
      '--calibration <file>',
      'factors of npm run load -- calibrate (results/calibration.json where there is one)',
    )
    .option('--no-calibration', 'plan with local figures as they are')
    .option('--json', 'print the plan as JSON', false)
    .addHelpText('after', AFTER_PLAN)
    .action((options: RawPlan) => asked(planOf(options)));
}

/** What commander makes of the options. */
type RawPlan = Pick<PlanOptions, 'pods' | 'peak' | 'json' | 'from' | 'calibration'> &
  Goals & { lines: number; bytes: number };

function planOf({
  pods,
  lines,
  bytes: bytesPerLine,
  peak,
  p99,
  outage,
  from,
  calibration,
  json,
}: RawPlan): PlanOptions {
  return {
    command: 'plan',
    pods,
    linesPerSecond: lines,
    bytesPerLine,
    peak,
    goals: { p99, outage },
    ...(from === undefined ? {} : { from }),
    ...(calibration === undefined ? {} : { calibration }),
    json,
  };
}
