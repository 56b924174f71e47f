import type { LoadResults, Trial } from './load-results.ts';

/** What of a trial is compared, with its unit; undefined where it was not measured. */
export const COMPARED = {
  'achieved rate': { unit: 'lines/s', of: ({ achieved }) => achieved },
  'missing lines': { unit: 'lines', of: ({ missing }) => missing },
  'duplicated lines': { unit: 'lines', of: ({ duplicated }) => duplicated },
  'p99 written → accepted': { unit: 'ms', of: ({ toAccepted }) => toAccepted?.p99 },
  'p99 written → searchable': { unit: 'ms', of: ({ toSearchable }) => toSearchable?.p99 },
  'drained after': { unit: 'ms', of: ({ drainMs }) => drainMs ?? undefined },
  'recovered after': { unit: 'ms', of: ({ recoveryMs }) => recoveryMs ?? undefined },
  'fluentd CPU, mean': { unit: 'cores', of: ({ metrics }) => metrics['fluentd.cpu']?.mean },
  'fluentd memory, highest': { unit: 'bytes', of: ({ metrics }) => metrics['fluentd.memory']?.max },
  'collector CPU, mean': { unit: 'cores', of: ({ metrics }) => metrics['collector.cpu']?.mean },
  'engine CPU, mean': { unit: 'cores', of: ({ metrics }) => metrics['engine.cpu']?.mean },
} as const satisfies Record<string, { unit: string; of: (trial: Trial) => number | undefined }>;

export type ComparedName = keyof typeof COMPARED;

/** Repetitions on both sides from which on a difference may be claimed: load.md, honest numbers. */
export const LEAST_REPETITIONS = 3;

/** A figure over the repetitions of a trial. */
export interface Spread {
  n: number;
  mean: number;
  min: number;
  max: number;
}

/** One figure of one trial on both sides; null where a side has none. */
export interface ComparedFigure {
  name: ComparedName;
  a: Spread | null;
  b: Spread | null;
  /** Mean of b over mean of a; null where either is missing or a is 0. */
  ratio: number | null;
  /** Of b against a: claimed only outside the noise. */
  difference: 'higher' | 'lower' | 'no difference shown';
}

export interface LoadComparison {
  /** By name, without the suffix of repetitions. */
  trials: { name: string; figures: ComparedFigure[] }[];
  /** Trials of one side only. */
  onlyA: string[];
  onlyB: string[];
  /** Trials that tell nothing, as they ended in an error or did not run: `a: rate-direct-8000#2 (error)`. */
  passedOver: string[];
  /** What is not the same about the two runs: a difference may come of it. */
  unlike: string[];
}

/** The part of results.json that is compared. */
export type ComparedLoad = Pick<LoadResults, 'trials' | 'target' | 'pipeline' | 'engine' | 'machine' | 'images'> &
  Partial<Pick<LoadResults, 'kubernetes' | 'rehearsal'>>;

/** Pairs the trials of two runs by name, repetitions (`name#1`, `name#2`) together, and tells which figures differ beyond their spread. */
export function compareTrials(a: ComparedLoad, b: ComparedLoad): LoadComparison {
  const [ofA, ofB] = [repetitionsOf(a.trials), repetitionsOf(b.trials)];
  const names = [...ofA.keys()].filter((name) => ofB.has(name));
  const passedOver = (side: string, trials: readonly Trial[]) =>
    trials.filter((trial) => !tells(trial)).map(({ name, outcome }) => `${side}: ${name} (${outcome})`);
  return {
    trials: names.map((name) => ({ name, figures: figuresOf(ofA.get(name) ?? [], ofB.get(name) ?? []) })),
    onlyA: [...ofA.keys()].filter((name) => !ofB.has(name)),
    onlyB: [...ofB.keys()].filter((name) => !ofA.has(name)),
    passedOver: [...passedOver('a', a.trials), ...passedOver('b', b.trials)],
    unlike: unlikeOf(a, b),
  };
}

/** Whether b's figures lie outside a's, both measured often enough. */
export function differenceOf(a: Spread | null, b: Spread | null): ComparedFigure['difference'] {
  if (!a || !b || a.n < LEAST_REPETITIONS || b.n < LEAST_REPETITIONS) return 'no difference shown';
  if (b.min > a.max) return 'higher';
  return b.max < a.min ? 'lower' : 'no difference shown';
}

/** Trials by name, repetitions (`name#1`, `name#2`) together. */
export function repetitionsOf(trials: readonly Trial[]): Map<string, Trial[]> {
  return Map.groupBy(trials, ({ name }) => name.replace(/#\d+$/, ''));
}

/** An error says nothing about the pipeline. */
export function tells({ outcome }: Trial): boolean {
  return outcome === 'pass' || outcome === 'fail';
}

function figuresOf(a: readonly Trial[], b: readonly Trial[]): ComparedFigure[] {
  return (Object.keys(COMPARED) as ComparedName[]).flatMap((name) => {
    const [spreadA, spreadB] = [a, b].map((trials) =>
      spreadOf(trials.filter(tells).flatMap((trial) => COMPARED[name].of(trial) ?? [])),
    ) as [Spread | null, Spread | null];
    if (!spreadA && !spreadB) return [];
    const ratio = spreadA && spreadB && spreadA.mean !== 0 ? spreadB.mean / spreadA.mean : null;
    return [{ name, a: spreadA, b: spreadB, ratio, difference: differenceOf(spreadA, spreadB) }];
  });
}

/** null where there is no value. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { n: values.length, mean, min: Math.min(...values), max: Math.max(...values) };
}

function unlikeOf(a: ComparedLoad, b: ComparedLoad): string[] {
  const told = ({
    target,
    rehearsal,
    pipeline,
    engine,
    kubernetes,
    machine,
    images,
  }: ComparedLoad): Record<string, string> => ({
    target: rehearsal ? `${target}, in a rehearsal` : target,
    pipeline,
    engine: `${engine.name} ${engine.version}`,
    Kubernetes: kubernetes ?? 'none',
    machine: `${machine.cpus} × ${machine.cpuModel}, ${machine.memoryBytes} B`,
    kernel: machine.kernel,
    ...Object.fromEntries(Object.entries(images).map(([role, image]) => [`image ${role}`, image])),
  });
  const [ofA, ofB] = [told(a), told(b)];
  return [...new Set([...Object.keys(ofA), ...Object.keys(ofB)])]
    .filter((what) => ofA[what] !== ofB[what])
    .map((what) => `${what}: ${ofA[what] ?? 'none'} → ${ofB[what] ?? 'none'}`);
}
