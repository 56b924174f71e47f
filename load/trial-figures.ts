import type { Trial } from '../harness/core/load-results.ts';
import { bytesPerLineOf, lastsMs, stagesOf } from '../harness/core/profile.ts';
import { parseCpu } from '../harness/core/quantity.ts';
import { METRICS, type Metric, type Sample } from '../harness/core/sample.ts';
import { summarize } from '../harness/core/sample-summary.ts';
import type { Load } from '../harness/core/scenario.ts';
import { linesAsked } from '../harness/core/stages.ts';
import type { ScenarioResult } from '../harness/runner/results.ts';
import type { TrialSpec } from './context.ts';
import { gaveOut } from './gave-out.ts';
import type { AllChanges } from './trial.ts';

/** The name of the edge's own limit among the faults: it is no fault, but what the run is about. */
export const EDGE_LIMIT = 'the edge lets so many bytes through';

/** What a trial came to, before it is put into figures. */
export interface TrialEnd {
  spec: TrialSpec;
  warmUpMs: number;
  changes: AllChanges;
  result: ScenarioResult;
  samples: readonly Sample[];
  /** Of one sidecar and of one collector, cores. */
  cpuLimit: number | undefined;
  collectorLimit: number | undefined;
  /** As in TrialFacts. */
  elsewhere?: boolean;
}

/** A trial in figures. */
export function figures(end: TrialEnd): Trial {
  const { spec, changes, result, samples } = end;
  const { name, topology = 'direct', load, pods = 1 } = spec;
  const { reconciliation, watched, drain, outcome } = result;
  const loadMs = watched?.loadFrom === undefined ? 0 : watched.loadTo - watched.loadFrom;
  const warmUpMs = Math.min(end.warmUpMs, loadMs / 2);
  const all = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const accepted = reconciliation?.accepted ?? 0;
  const faults = spansOf(result);
  const trial: Trial = {
    name,
    topology,
    changes: described(changes),
    pods,
    bytesPerLine: bytesPerLineOf(load),
    offered: pods * plannedRate(load),
    achieved: loadMs > 0 ? (accepted * 1000) / loadMs : 0,
    measuredMs: Math.max(0, loadMs - warmUpMs),
    outcome,
    reasons: result.reasons,
    accepted,
    missing: reconciliation?.missing ?? 0,
    duplicated: reconciliation?.duplicated ?? 0,
    unexpected: reconciliation?.unexpected ?? 0,
    corrupted: reconciliation?.corrupted ?? 0,
    sentTwice: result.sentTwice ?? null,
    toAccepted: result.latencyMs,
    toSearchable: watched?.toSearchable ?? null,
    drainMs: drain && reconciliation?.missing === 0 ? drain.afterMs : null,
    recoveryMs: recovery(
      all,
      faults,
      watched && watched.loadFrom !== undefined ? watched.drainedAt - watched.loadFrom : undefined,
      reconciliation?.missing === 0,
    ),
    blockedMs: result.blocked.reduce((sum, { totalMs }) => sum + totalMs, 0),
    metrics: Object.fromEntries(
      (Object.keys(METRICS) as Metric[]).flatMap((metric) => {
        const summary = summarize(samples, metric, warmUpMs, loadMs);
        return summary ? [[metric, summary]] : [];
      }),
    ),
    gaveOut: null,
    thresholds: [],
    faults,
  };
  const limit = (own: number | undefined, count: number) => (own === undefined ? undefined : own * count);
  trial.gaveOut = gaveOut(
    all.filter(({ atMs }) => atMs <= loadMs + 2000),
    {
      fluentdLimit: limit(changes.cpu ? parseCpu(changes.cpu) : end.cpuLimit, pods),
      collectorLimit: limit(end.collectorLimit, changes.collectors ?? 1),
      away: faults.filter(({ label }) => /domain|index/.test(label)),
      keptUp: keptUp(samples, loadMs, result),
      elsewhere: end.elsewhere ?? false,
      diskFull: result.blocked.some(({ error }) => error === 'ENOSPC'),
    },
  );
  if (result.generatorLimited && trial.gaveOut?.stage !== 'buffer')
    trial.gaveOut = {
      stage: 'writer',
      evidence: [result.reasons[0] ?? 'the generator was the limit'],
    };
  return trial;
}

/** `--set`'s words for what was changed. */
function described({
  parameters = {},
  redis = {},
  cpu,
  memory,
  collectors,
  disk,
  edgeBytesPerSecond,
}: AllChanges): Record<string, string> {
  const named = (room: string, values: Record<string, string>) =>
    Object.entries(values).map(([name, value]) => [`${room}.${name}`, value]);
  return Object.fromEntries([
    ...named('fluentd', parameters),
    ...named('redis', redis),
    ...(cpu ? [['fluentd.cpu', cpu]] : []),
    ...(memory ? [['fluentd.memory', memory]] : []),
    ...(collectors ? [['collectors', String(collectors)]] : []),
    ...(disk ? [['disk', disk]] : []),
    ...(edgeBytesPerSecond ? [['edge.bytesPerSecond', String(edgeBytesPerSecond)]] : []),
  ]);
}

/** When faults were in force, ms since the load's start. */
function spansOf({ watched }: ScenarioResult): Trial['faults'] {
  if (watched?.loadFrom === undefined) return [];
  const from = watched.loadFrom;
  return watched.faults
    .filter(({ label }) => label !== EDGE_LIMIT)
    .map((span) => ({ label: span.label, fromMs: span.from - from, toMs: (span.to ?? watched.drainedAt) - from }));
}

/**
 * From the end of the last fault until no more was waiting than before the first one, ms; where the load ended before that, until all had drained. null
 * where there was no fault, or what it kept away never came.
 */
function recovery(
  samples: readonly Sample[],
  faults: Trial['faults'],
  drainedMs: number | undefined,
  whole: boolean,
): number | null {
  if (faults.length === 0) return null;
  const from = Math.min(...faults.map(({ fromMs }) => fromMs));
  const to = Math.max(...faults.map(({ toMs }) => toMs));
  const before = samples.flatMap(({ atMs, values }) => (atMs < from ? (values['lag.lines'] ?? []) : []));
  const offered = samples.find(({ values }) => (values['offered.lines'] ?? 0) > 0)?.values['offered.lines'] ?? 0;
  const usual = Math.max(2 * offered, ...before);
  const recovered = samples.find(
    ({ atMs, values }) => atMs >= to && (values['lag.lines'] ?? Number.POSITIVE_INFINITY) <= usual,
  );
  if (recovered) return recovered.atMs - to;
  return whole && drainedMs !== undefined ? Math.max(0, drainedMs - to) : null;
}

/** lines/s that a load asks for of one pod, as a mean; 0 where it has no pace. */
function plannedRate({ linesPerSecond, stages }: Load): number {
  if (!stages) return linesPerSecond === 'max' ? 0 : linesPerSecond;
  const ms = lastsMs({ stages });
  return (linesAsked(stagesOf({ stages }), ms) * 1000) / ms;
}

/** Lines that wait at the end of a load without a reason to worry: those of so many seconds (flush, bulk and refresh), which come as soon. */
const USUAL_LAG_S = 4;

function keptUp(samples: readonly Sample[], loadMs: number, { generatorLimited, drain }: ScenarioResult): boolean {
  if (drain?.end === 'all found' && drain.afterMs > USUAL_LAG_S * 1000) return false;
  const last = samples.findLast(({ atMs, values }) => atMs <= loadMs && values['lag.lines'] !== undefined);
  if (generatorLimited || !last) return false;
  const { 'lag.lines': lag = 0, 'offered.lines': offered = 0, 'behind.lines': behind = 0 } = last.values;
  return lag + behind <= USUAL_LAG_S * offered;
}
