import { join } from 'node:path';
import type { Fault } from '../harness/core/fault.ts';
import type { Sample } from '../harness/core/sample.ts';
import type { Load, Scenario } from '../harness/core/scenario.ts';
import type { Target } from '../harness/core/target.ts';
import { runScenario } from '../harness/runner/run-scenario.ts';
import type { Changes, Measured, TrialSpec } from './context.ts';
import { sampled } from './sampled.ts';
import { EDGE_LIMIT, figures } from './trial-figures.ts';

/** What the command line and a trial may change together. */
export interface AllChanges extends Changes {
  memory?: string;
  edgeBytesPerSecond?: number;
}

/** What every trial of a run shares. */
export interface TrialGround {
  target: Target;
  /** The run's result folder. */
  folder: string;
  /** Where every sample of the run goes. */
  samplesFile: string;
  /** Of every load, beside its shape. */
  load: Pick<Load, 'format' | 'text'>;
  /** What the command line changes of the pipeline. */
  changes: AllChanges;
  /** CPU limits of the pipeline's own, cores; undefined where it has none. */
  cpuLimit: number | undefined;
  collectorLimit: number | undefined;
  /** The pods do not run on this machine. */
  elsewhere: boolean;
  say(trial: string, what: string): void;
  onSample(sample: Sample): void;
  signal: AbortSignal;
}

/** Left out of the measurement at the start of a load unless told, ms: fluentd's first flushes and the engine's first index. */
const WARM_UP_MS = 2000;

/** Runs one trial: a scenario of its own, watched once a second, and what came of it in figures. */
export async function runTrial(ground: TrialGround, spec: TrialSpec): Promise<Measured> {
  const { target, folder, samplesFile, signal } = ground;
  const { name, warmUpMs = WARM_UP_MS, abort, abortAtLag } = spec;
  const changes = merged(ground.changes, spec.changes);
  const samples: Sample[] = [];
  const result = await runScenario(target, scenarioOf(spec, ground, changes), {
    folder: join(folder, name),
    parameters: changes.parameters ?? {},
    keep: false,
    say: (what) => ground.say(name, what),
    onVerified: () => {},
    signal,
    watch: sampled(
      name,
      samplesFile,
      {
        warmUpMs,
        ...(abortAtLag === undefined ? {} : { abortAtLag }),
        ...(abort ? { thresholds: abort.thresholds, abortAfterMs: abort.afterMs } : {}),
      },
      (sample) => {
        samples.push(sample);
        ground.onSample(sample);
      },
    ),
  });
  const { cpuLimit, collectorLimit, elsewhere } = ground;
  return { ...figures({ spec, warmUpMs, changes, result, samples, cpuLimit, collectorLimit, elsewhere }), samples };
}

function merged(own: AllChanges, other: Changes = {}): AllChanges {
  return {
    ...own,
    ...other,
    parameters: { ...own.parameters, ...other.parameters },
    redis: { ...own.redis, ...other.redis },
  };
}

function scenarioOf(spec: TrialSpec, { load: own }: TrialGround, changes: AllChanges): Scenario {
  const { name, topology = 'direct', pods = 1, faults = [], drainWithinMs = 60_000 } = spec;
  const { cpu, memory, redis, collectors, disk, edgeBytesPerSecond: limit } = changes;
  return {
    name,
    title: name,
    why: '',
    rows: [],
    setting: '',
    asWritten: 'either',
    load: { ...spec.load, ...own },
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
