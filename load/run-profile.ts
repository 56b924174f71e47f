import type { LoadOptions } from '../harness/cli/load-run-options.ts';
import type { DurationLiteral } from '../harness/core/duration.ts';
import { parseDuration } from '../harness/core/duration.ts';
import { during, type Fault } from '../harness/core/fault.ts';
import type { Answer } from '../harness/core/load-results.ts';
import { loadOf, type Profile, podsOf, thresholdsOf, warmUpMs } from '../harness/core/profile.ts';
import { evaluate, type Threshold, unitOf } from '../harness/core/threshold.ts';
import { edge } from '../harness/faults/edge-answers.ts';
import type { Measured } from './context.ts';
import type { LoadRun } from './load-run.ts';

/** Runs a profile on each topology, with each of its numbers of pods, as often as asked; holds every trial to the thresholds. Answers no question. */
export async function runProfile(profile: Profile, load: LoadRun, options: LoadOptions): Promise<Answer[]> {
  const own = thresholdsOf(profile);
  const thresholds = [...own, ...options.thresholds];
  const { abortAfter, outage } = profile;
  const repeat = options.repeat ?? 1;
  const faults: Fault[] = outage ? during(outage.at, sum(outage.at, outage.for), edge.answers({ status: 503 })) : [];
  try {
    for (let round = 0; round < repeat; round++)
      for (let i = 0; i < options.topologies.length; i++)
        for (const pods of podsOf(profile)) {
          const topology = options.topologies[(i + round) % options.topologies.length]!;
          const trial = await load.trial({
            name: `${profile.name}-${topology}${podsOf(profile).length > 1 ? `-${pods}-pods` : ''}${repeat > 1 ? `#${round + 1}` : ''}`,
            topology,
            pods,
            load: loadOf(profile),
            warmUpMs: warmUpMs(profile),
            faults,
            drainWithinMs: 120_000,
            ...(abortAfter ? { abort: { thresholds, afterMs: parseDuration(abortAfter) } } : {}),
          });
          const unseen = trial.sentTwice === null && trial.outcome !== 'error' ? own.filter(ofTheEdge) : [];
          for (const { expression } of unseen)
            load.leaveOut(`${expression} of profile ${profile.name}: no edge stands before the domain to tell`);
          trial.thresholds = thresholds
            .filter((threshold) => !unseen.includes(threshold))
            .map((threshold) => judged(threshold, trial, warmUpMs(profile)));
        }
  } catch (error) {
    // Interrupted: what was measured is kept.
    if (!load.interrupted) throw error;
  }
  return [];
}

/** Whether only an edge can tell. */
function ofTheEdge({ name }: Threshold): boolean {
  return name.startsWith('edge.') || name === 'accepted.lines';
}

/** Thresholds are held against the measured time: from the end of the warm-up to the end of the load. */
export function judged(threshold: Threshold, trial: Measured, fromMs: number): Measured['thresholds'][number] {
  const { samples, measuredMs, toSearchable, missing, duplicated, drainMs, recoveryMs, unexpected, corrupted } = trial;
  const measured = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= fromMs + measuredMs);
  const { p50, p90, p99, max } = toSearchable ?? { p50: null, p90: null, p99: null, max: null };
  const totals = {
    missing,
    duplicated,
    unexpected,
    corrupted,
    p50,
    p90,
    p99,
    max,
    drain: drainMs,
    recovery: recoveryMs,
  };
  // What could not be judged has no figures either.
  const known = trial.outcome === 'error' ? { ...totals, missing: null, duplicated: null } : totals;
  return { ...evaluate(threshold, { samples: measured, totals: known }), unit: unitOf(threshold.name) };
}

function sum(a: DurationLiteral, b: DurationLiteral): DurationLiteral {
  return `${parseDuration(a) + parseDuration(b)}ms`;
}
