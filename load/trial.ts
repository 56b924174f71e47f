import { join } from 'node:path';
import { parseDuration } from '../harness/core/duration.ts';
import type { Fault } from '../harness/core/fault.ts';
import type { LimitStage, Trial } from '../harness/core/load-results.ts';
import { METRICS, type Metric, type Sample } from '../harness/core/sample.ts';
import { summarize } from '../harness/core/sample-summary.ts';
import type { Load, Scenario } from '../harness/core/scenario.ts';
import type { Target } from '../harness/core/target.ts';
import type { ScenarioResult } from '../harness/runner/results.ts';
import { runScenario } from '../harness/runner/run-scenario.ts';
import type { Changes, Measured, TrialSpec } from './context.ts';
import { gaveOut } from './gave-out.ts';
import { sampled } from './sampled.ts';

/** What every trial of a run shares. */
export interface TrialGround {
  target: Target;
  /** The run's result folder. */
  folder: string;
  /** What the command line changes of the pipeline. */
  changes: Changes & { memory?: string; edgeBytesPerSecond?: number };
  /** CPU limits of the pipeline's own, cores; undefined where it has none. */
  cpuLimit: number | undefined;
  collectorLimit: number | undefined;
  say(trial: string, what: string): void;
  onSample(sample: Sample): void;
  signal: AbortSignal;
}

/** Left out of the measurement at the start of a load unless told, ms: fluentd's first flushes and the engine's first index. */
const WARM_UP_MS = 2000;
const EDGE_LIMIT = 'the edge lets so many bytes through';

/** Runs one trial: a scenario of its own, watched once a second, and what came of it in figures. */
export async function runTrial(ground: TrialGround, spec: TrialSpec): Promise<Measured> {
  const { target, folder, signal } = ground;
  const { name } = spec;
  const changes = merged(ground.changes, spec.changes);
  const samples: Sample[] = [];
  const result = await runScenario(target, scenarioOf(spec, ground, changes), {
    folder: join(folder, name),
    parameters: changes.parameters ?? {},
    keep: false,
    say: (what) => ground.say(name, what),
    onVerified: () => {},
    signal,
    watch: sampled(spec, (sample) => {
      samples.push(sample);
      ground.onSample(sample);
    }),
  });
  return { ...figures(ground, spec, changes, result, samples), samples };
}

function merged(own: TrialGround['changes'], other: Changes = {}): TrialGround['changes'] {
  return {
    ...own,
    ...other,
    parameters: { ...own.parameters, ...other.parameters },
    redis: { ...own.redis, ...other.redis },
  };
}

function scenarioOf(spec: TrialSpec, { changes: own }: TrialGround, changes: TrialGround['changes']): Scenario {
  const { name, topology = 'direct', load, pods = 1, faults = [], drainWithinMs = 60_000 } = spec;
  const { cpu, memory, redis, collectors, disk } = changes;
  const limit = own.edgeBytesPerSecond;
  return {
    name,
    title: name,
    why: '',
    rows: [],
    setting: '',
    asWritten: 'either',
    load,
    setup: {
      topology,
      pods,
      ...(cpu ? { cpu } : {}),
      ...(memory ? { memoryLimit: memory } : {}),
      ...(collectors ? { collectors } : {}),
      ...(disk ? { disk } : {}),
      ...(redis && Object.keys(redis).length > 0 && topology === 'redis' ? { redis } : {}),
    },
    faults: [...(limit === undefined ? [] : [limitOf(limit)]), ...faults],
    // What is sent twice is counted, not judged.
    tolerance: { duplicated: 'any' },
    drainWithin: `${drainWithinMs}ms`,
  };
}

/** A limit of the edge's bytes, in force all the time: no fault, but what the run is about. */
function limitOf(bytesPerSecond: number): Fault {
  return {
    name: EDGE_LIMIT,
    at: 'before',
    needs: ['edge'],
    async inject({ domain }) {
      await domain?.rule([{ answer: { limit: { bytesPerSecond } } }], 'limit');
      return 'in force';
    },
  };
}

function figures(
  ground: TrialGround,
  spec: TrialSpec,
  changes: TrialGround['changes'],
  result: ScenarioResult,
  samples: readonly Sample[],
): Trial {
  const { name, topology = 'direct', load, pods = 1 } = spec;
  const { reconciliation, watched, drain, outcome } = result;
  const loadMs = watched?.loadFrom === undefined ? 0 : watched.loadTo - watched.loadFrom;
  const warmUpMs = Math.min(spec.warmUpMs ?? WARM_UP_MS, loadMs / 2);
  const written = samples.filter(({ atMs }) => atMs >= warmUpMs && atMs <= loadMs);
  const all = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const accepted = reconciliation?.accepted ?? 0;
  const faults = spansOf(result);
  const trial: Trial = {
    name,
    topology,
    changes: described(changes),
    pods,
    bytesPerLine: bytesOf(load),
    offered: pods * plannedRate(load),
    achieved: loadMs > 0 ? (accepted * 1000) / loadMs : 0,
    measuredMs: Math.max(0, loadMs - warmUpMs),
    outcome,
    reasons: result.reasons,
    accepted,
    missing: reconciliation?.missing ?? 0,
    duplicated: reconciliation?.duplicated ?? 0,
    sentTwice: result.sentTwice ?? 0,
    toAccepted: result.latencyMs,
    toSearchable: watched?.toSearchable ?? null,
    drainMs: drain && reconciliation?.missing === 0 ? drain.afterMs : null,
    recoveryMs: recovery(
      all,
      faults,
      watched && watched.loadFrom !== undefined ? watched.drainedAt - watched.loadFrom : undefined,
      reconciliation?.missing === 0,
    ),
    blockedMs: result.blocked.reduce((sum, { ms }) => sum + ms, 0),
    metrics: Object.fromEntries(
      (Object.keys(METRICS) as Metric[]).flatMap((metric) => {
        const summary = summarize(written, metric);
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
      fluentdLimit: limit(changes.cpu ? coresOf(changes.cpu) : ground.cpuLimit, pods),
      collectorLimit: limit(ground.collectorLimit, changes.collectors ?? 1),
      away: faults.filter(({ label }) => /domain|index/.test(label)),
      diskFull: result.blocked.some(({ error }) => error === 'ENOSPC'),
    },
  );
  if (result.generatorLimited && trial.gaveOut?.stage !== 'buffer')
    trial.gaveOut = {
      stage: 'writer' satisfies LimitStage,
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
}: TrialGround['changes']): Record<string, string> {
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
  const ms = stages.map((stage) => parseDuration(stage.for));
  const lines = stages.reduce((sum, stage, i) => sum + (stage.linesPerSecond * ms[i]!) / 1000, 0);
  return (lines * 1000) / ms.reduce((sum, one) => sum + one, 0);
}
