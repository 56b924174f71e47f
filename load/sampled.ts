import type { Sample } from '../harness/core/sample.ts';
import { firstBreach, type Threshold } from '../harness/core/threshold.ts';
import type { Watch } from '../harness/core/watch.ts';
import { Sampler } from '../harness/telemetry/sampler.ts';

/** When a load is ended before its time. */
export interface Limits {
  /** Lines that are written and not searchable. */
  abortAtLag?: number;
  /** A threshold that is broken in every reading for longer than the grace, ms. Readings of the warm-up do not count. */
  thresholds?: readonly Threshold[];
  abortAfterMs?: number;
  warmUpMs?: number;
}

/** A watch that takes samples into a file and hands them on, and ends the load once a limit is passed. */
export function sampled(trial: string, file: string, limits: Limits, onSample: (sample: Sample) => void): Watch {
  return (deployment, target) => {
    const enough = new AbortController();
    const counted: Sample[] = [];
    const look = (sample: Sample) => {
      onSample(sample);
      if (sample.atMs >= (limits.warmUpMs ?? 0)) counted.push(sample);
      const why = overLimit(counted, limits);
      if (why && !enough.signal.aborted) enough.abort(new Error(why));
    };
    return new Sampler(deployment, target, trial, { file, onSample: look, enough: enough.signal }).start();
  };
}

/** Why a load need not go on, by its samples so far; undefined where it may. */
export function overLimit(samples: readonly Sample[], limits: Limits): string | undefined {
  const { abortAtLag, thresholds = [], abortAfterMs } = limits;
  const lag = samples.at(-1)?.values['lag.lines'];
  if (abortAtLag !== undefined && lag !== undefined && lag > abortAtLag)
    return `${Math.round(lag).toLocaleString('en-US')} lines were written and not searchable, more than ${Math.round(abortAtLag).toLocaleString('en-US')}`;
  if (abortAfterMs === undefined) return undefined;
  for (const threshold of thresholds) {
    const breach = firstBreach(threshold, samples, abortAfterMs);
    if (breach)
      return `${threshold.expression} was broken from ${(breach.sinceMs / 1000).toFixed(0)} s on: ${breach.measured}`;
  }
  return undefined;
}
