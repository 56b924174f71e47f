import type { Findings, Trial } from './load-results.ts';
import type { Metric } from './sample.ts';

/** What a run is read for. `mayBeZero`: 0 is a reading like any other, though no ratio can be made of it; elsewhere it says that nothing was measured. */
interface Figure<From> {
  unit: string;
  of: (from: From) => number | undefined;
  mayBeZero?: true;
}

/** Nothing was done to the pipeline and every stage kept up: what lies below the limit can be compared. */
const atEase = ({ faults, gaveOut }: Trial) => faults.length === 0 && gaveOut === null;
const ifAtEase = (of: (trial: Trial) => number | null | undefined) => (trial: Trial) =>
  atEase(trial) ? (of(trial) ?? undefined) : undefined;
const perCpuSecond = (metric: Metric) =>
  ifAtEase(({ achieved, metrics }) => {
    const cores = metrics[metric]?.mean;
    return cores === 0 || cores === undefined ? cores : achieved / cores;
  });

/** From this share of the offered rate on a trial is taken to have borne it. */
const BORNE = 0.95;

/** The most that came through where a part of the pipeline, not the writer, was asked for more than it bears; lines/s. */
function borne({ faults, gaveOut, offered, metrics }: Trial): number | undefined {
  const found = metrics['searchable.lines']?.mean;
  const overloaded = faults.length === 0 && gaveOut !== null && gaveOut.stage !== 'writer';
  return overloaded && found !== undefined && found < offered * BORNE ? found : undefined;
}

/**
 * Figures of a trial that carry over to another machine, as a ratio. The achieved rate is not among them: it is the writer's. Rates in bytes/s have the
 * ratio of those in lines/s, as both runs have lines of one length. `rate under overload` of a load with steps is diluted by those that were borne.
 */
export const FIGURES_OF_TRIALS = {
  'rate under overload': { unit: 'lines/s', of: borne },
  'lines a CPU-second of fluentd': { unit: 'lines', of: perCpuSecond('fluentd.cpu') },
  'lines a CPU-second of the collector': { unit: 'lines', of: perCpuSecond('collector.cpu') },
  'lines a CPU-second of the domain': { unit: 'lines', of: perCpuSecond('engine.cpu') },
  'p50 written → accepted': { unit: 'ms', of: ifAtEase(({ toAccepted }) => toAccepted?.p50) },
  'p99 written → accepted': { unit: 'ms', of: ifAtEase(({ toAccepted }) => toAccepted?.p99) },
  'p50 written → searchable': { unit: 'ms', of: ifAtEase(({ toSearchable }) => toSearchable?.p50) },
  'p99 written → searchable': { unit: 'ms', of: ifAtEase(({ toSearchable }) => toSearchable?.p99) },
  'drained after the load': { unit: 'ms', of: ifAtEase(({ drainMs }) => drainMs), mayBeZero: true },
  'drained after an outage': { unit: 'ms', of: ({ recoveryMs }) => recoveryMs ?? undefined, mayBeZero: true },
  'fluentd memory, highest': { unit: 'bytes', of: ifAtEase(({ metrics }) => metrics['fluentd.memory']?.max) },
  'fluentd throttled': {
    unit: 'share',
    of: ifAtEase(({ metrics }) => metrics['fluentd.throttled']?.mean),
    mayBeZero: true,
  },
} as const satisfies Record<string, Figure<Trial>>;

/** Lines of the bulk that stands for the domain's service time. */
const BULK_LINES = 1000;

/** Figures that a run of the questionnaire has once, of `direct`. */
export const FIGURES_OF_RUNS = {
  'highest rate': { unit: 'lines/s', of: ({ highest }) => highest?.linesPerSecond },
  'service time of a bulk': {
    unit: 'ms',
    of: ({ domain }) => domain && domain.perBulkMs + domain.perLineMs * BULK_LINES,
  },
} as const satisfies Record<string, Figure<Findings>>;

export const CALIBRATED: Record<CalibratedName, { unit: string; mayBeZero?: true }> = {
  ...FIGURES_OF_RUNS,
  ...FIGURES_OF_TRIALS,
};
export type CalibratedName = keyof typeof FIGURES_OF_TRIALS | keyof typeof FIGURES_OF_RUNS;
