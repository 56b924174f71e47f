import { CALIBRATED, type CalibratedName, FIGURES_OF_RUNS, FIGURES_OF_TRIALS } from './calibrated-figures.ts';
import { loadOf, refuseUnlike } from './calibration-refusals.ts';
import { compareTrials, repetitionsOf, type Spread, spreadOf, tells } from './load-comparison.ts';
import type { LoadResults, TopologyName, Trial } from './load-results.ts';
import { type Band, pooled, ratioOfMeans } from './ratio.ts';
import { UsageError } from './trouble.ts';

/** Raised when a reader of calibration.json would have to change. */
export const CALIBRATION_SCHEMA_VERSION = 1;

/** The part of results.json that is calibrated. `rehearsal`: the target aws was played by stand-ins, which differ in this. */
export type CalibratedLoad = Pick<
  LoadResults,
  | 'run'
  | 'target'
  | 'pipeline'
  | 'engine'
  | 'images'
  | 'machine'
  | 'arguments'
  | 'startedAt'
  | 'partial'
  | 'goals'
  | 'trials'
  | 'findings'
> &
  Partial<Pick<LoadResults, 'kubernetes' | 'rehearsal'>>;

/** A figure of one trial on both sides; the figures of a run as a whole have the trial `the run`. */
export interface MeasuredRatio {
  trial: string;
  local: Spread;
  aws: Spread;
  factor: number;
  band: Band;
}

/** What a local figure is multiplied by to foretell AWS's. */
export interface Factor {
  figure: CalibratedName;
  topology: TopologyName;
  factor: number;
  band: Band;
  from: MeasuredRatio[];
}

/** calibration.json, but for the time at which it was made. */
export interface Calibration {
  kind: 'calibration';
  schemaVersion: typeof CALIBRATION_SCHEMA_VERSION;
  /** `--profile steady`, or `the questionnaire`. */
  load: string;
  local: CalibratedRun;
  aws: CalibratedRun;
  factors: Factor[];
  /** Figures that were looked for and have no factor, and why. */
  without: string[];
  /** What else is not the same about the two runs, or was passed over. */
  remarks: string[];
}

export type CalibratedRun = Pick<LoadResults, 'run' | 'target' | 'startedAt' | 'machine'>;

/**
 * Factors from a local run to one of the same load on AWS: ratios of means over the repetitions, with a band. Throws a {@link UsageError} where the two
 * cannot be compared, or share no figure.
 */
export function calibrationOf(local: CalibratedLoad, aws: CalibratedLoad): Calibration {
  refuseUnlike(local, aws);
  const without: string[] = [];
  const factors = [...ofRuns(local, aws, without), ...ofTrials(local, aws, without)];
  if (factors.length === 0)
    throw new UsageError(['the two runs share no figure:', ...without.map((one) => `  ${one}`)].join('\n'));
  const { unlike, passedOver } = compareTrials(local, aws);
  return {
    kind: 'calibration',
    schemaVersion: CALIBRATION_SCHEMA_VERSION,
    load: loadOf(local.arguments),
    local: runOf(local),
    aws: runOf(aws),
    factors,
    without,
    remarks: [
      ...unlike.filter((one) => !/^(target|machine|kernel):/.test(one)),
      ...passedOver.map((one) => `passed over, ${one.replace(/^a:/, 'here:').replace(/^b:/, 'on AWS:')}`),
      ...lengths(local.trials, aws.trials),
    ],
  };
}

function ofRuns(local: CalibratedLoad, aws: CalibratedLoad, without: string[]): Factor[] {
  return (Object.keys(FIGURES_OF_RUNS) as (keyof typeof FIGURES_OF_RUNS)[]).flatMap((figure) => {
    const values = [local, aws].map(({ findings }) => [FIGURES_OF_RUNS[figure].of(findings) ?? []].flat());
    return factorOf(figure, 'direct', [{ trial: 'the run', local: values[0]!, aws: values[1]! }], without);
  });
}

function ofTrials(local: CalibratedLoad, aws: CalibratedLoad, without: string[]): Factor[] {
  const onAws = repetitionsOf(aws.trials);
  const pairs = [...repetitionsOf(local.trials)].flatMap(([name, trials]) => {
    const others = onAws.get(name);
    return others
      ? [{ name, topology: trials[0]!.topology, here: trials.filter(tells), there: others.filter(tells) }]
      : [];
  });
  return [...Map.groupBy(pairs, ({ topology }) => topology)].flatMap(([topology, own]) =>
    (Object.keys(FIGURES_OF_TRIALS) as (keyof typeof FIGURES_OF_TRIALS)[]).flatMap((figure) => {
      const of = (trials: readonly Trial[]) => trials.flatMap((trial) => FIGURES_OF_TRIALS[figure].of(trial) ?? []);
      const pairsOf = own.map(({ name, here, there }) => ({ trial: name, local: of(here), aws: of(there) }));
      return factorOf(figure, topology, pairsOf, without);
    }),
  );
}

function factorOf(
  figure: CalibratedName,
  topology: TopologyName,
  pairs: readonly { trial: string; local: number[]; aws: number[] }[],
  without: string[],
): Factor[] {
  const leave = (trial: string, why: string) => void without.push(`${figure}, ${topology}, ${trial}: ${why}`);
  const from = pairs.flatMap(({ trial, local, aws }): MeasuredRatio[] => {
    if (local.length === 0 && aws.length === 0) return [];
    for (const [values, where] of [
      [local, 'here'],
      [aws, 'on AWS'],
    ] as const) {
      if (values.length === 0) {
        leave(trial, `not measured ${where}`);
        return [];
      }
      if (!values.includes(0)) continue;
      if (!CALIBRATED[figure].mayBeZero)
        throw new UsageError(`${figure} is 0 ${where} in ${trial}: nothing was measured there; run that load anew`);
      leave(trial, `is 0 ${where}, and no ratio can be made of that`);
      return [];
    }
    return [{ trial, local: spreadOf(local)!, aws: spreadOf(aws)!, ...ratioOfMeans(local, aws) }];
  });
  return from.length === 0 ? [] : [{ figure, topology, ...pooled(from), from }];
}

function runOf({ run, target, startedAt, machine }: CalibratedLoad): CalibratedRun {
  return { run, target, startedAt, machine };
}

/** Trials that were measured for a time that differs by more than a tenth: one was ended early, or `--for` was another one. */
function lengths(local: readonly Trial[], aws: readonly Trial[]): string[] {
  return local.flatMap(({ name, measuredMs }) => {
    const other = aws.find((trial) => trial.name === name)?.measuredMs;
    return other === undefined || Math.abs(other - measuredMs) <= 0.1 * measuredMs
      ? []
      : [`${name}: measured for ${Math.round(measuredMs / 1000)} s here and ${Math.round(other / 1000)} s on AWS`];
  });
}
