import type { Fault } from '../harness/core/fault.ts';
import type { Answer, Findings, TopologyName, Trial } from '../harness/core/load-results.ts';
import type { Sample } from '../harness/core/sample.ts';
import type { Load } from '../harness/core/scenario.ts';
import type { Setup } from '../harness/core/target.ts';
import type { Threshold } from '../harness/core/threshold.ts';
import type { Goals } from './verdict.ts';

/** What a trial changes of the pipeline, beside what the command line does. */
export interface Changes {
  /** fluentd's parameters, as `--set fluentd.NAME=VALUE` takes them; '' takes one away. */
  parameters?: Record<string, string>;
  /** CPU limit of the sidecar, as Kubernetes writes it. */
  cpu?: string;
  /** Settings of redis.conf. */
  redis?: Record<string, string>;
  /** Replicas of the central collector. */
  collectors?: number;
  /** The log volume as a disk of its own, of this size. */
  disk?: Setup['disk'];
}

/** One pipeline to be put under one load. */
export interface TrialSpec {
  /** Unique in its run. */
  name: string;
  /** `direct` unless told. */
  topology?: TopologyName;
  load: Load;
  /** What is left out of the measurement, from the load's start, ms; 2,000 unless told. */
  warmUpMs?: number;
  /** 1 unless told. */
  pods?: number;
  changes?: Changes;
  faults?: readonly (Fault | readonly Fault[])[];
  /** Ends the load early once so many lines are written and not searchable. */
  abortAtLag?: number;
  /** Ends it early once a threshold is broken in every reading for longer than `afterMs`. */
  abort?: { thresholds: readonly Threshold[]; afterMs: number };
  /** Longest wait for late records, ms. */
  drainWithinMs?: number;
}

/** A trial with its samples, for charts. */
export interface Measured extends Trial {
  samples: Sample[];
}

/** What a question may use: it starts trials, reads those of others, and notes what it found out. */
export interface LoadContext {
  goals: Goals;
  /** Topologies to be asked about; `direct` first. */
  topologies: readonly TopologyName[];
  /** How often a compared figure is measured. */
  repeat: number;
  findings: Findings;
  /** Every trial so far. */
  trials: readonly Measured[];
  trial(spec: TrialSpec): Promise<Measured>;
  /** Several that may run side by side. */
  besides(specs: readonly TrialSpec[]): Promise<Measured[]>;
  /** ms of the run's budget that are left. */
  leftMs(): number;
  /** ms that the questions after this one need at least. */
  reserveMs: number;
  /** Time that a bulk of so many lines takes the engine, sent straight to it; undefined where the engine is not to be had. */
  bulkTimes: ((lines: number, bulks: number, atOnce: number) => Promise<{ elapsedMs: number }>) | undefined;
  /** Documents of all indices and their bytes on disk. */
  footprint: (() => Promise<{ documents: number; bytes: number }>) | undefined;
  /** So much longer than on a node of one's own a deployment takes to stand and to go, ms. */
  slowStartMs: number;
  /** Cores that the engine may use. */
  engineCores: number;
  /** CPU limit of one sidecar, cores; undefined where it has none. */
  cpuLimit: number | undefined;
  /** total_limit_size of the pipeline, bytes. */
  bufferBytes: number;
  say(what: string): void;
  /** Notes what is left out, and why: once, whoever says it again. */
  leaveOut(what: string): void;
}

/** One of load.md's questions: a file of load/questions. */
export interface Question {
  number: number;
  title: string;
  /** Time that its trials take at least, ms; where less is left it is not asked, with that reason. */
  takesMs: number;
  /** So many of them at least stand one after another: where pods take long to start, it takes longer. */
  inTurn: number;
  /** Pods of applications at once, where the target has three lanes. */
  podsAtOnce: number;
  /** It decides something at the edge. */
  edge?: true;
  ask(context: LoadContext): Promise<Omit<Answer, 'question' | 'title'>>;
}
