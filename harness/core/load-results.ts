import type { Latency } from './facts.ts';
import type { Metric, MetricSummary } from './sample.ts';
import type { TopologyName } from './target.ts';
import type { Outcome } from './verdict.ts';

export type { TopologyName } from './target.ts';

/** Where a pipeline gives out: the first part of the way that does not keep up. */
export type LimitStage =
  | 'writer'
  | 'fluentd CPU'
  | 'fluentd'
  | 'buffer'
  | 'collector CPU'
  | 'redis'
  | 'edge'
  | 'write thread pool'
  | 'engine'
  | 'host CPU'
  | 'unknown';

/** Which stage gave out first, and the readings that say so. */
export interface GaveOut {
  stage: LimitStage;
  evidence: string[];
}

/** One pipeline under one load: what was asked, what came of it. Rates are means of the measured time, warm-up apart. */
export interface Trial {
  /** Unique in its run: `rate-direct-8000`. */
  name: string;
  topology: TopologyName;
  /** Settings that differ from the pipeline's own, as `--set` takes them. */
  changes: Record<string, string>;
  pods: number;
  bytesPerLine: number;
  /** lines/s of all pods together. */
  offered: number;
  achieved: number;
  measuredMs: number;
  outcome: Outcome;
  reasons: string[];
  accepted: number;
  missing: number;
  duplicated: number;
  unexpected: number;
  corrupted: number;
  /** Records that the domain was sent more than once, whether or not that made a document more; null where no edge saw that. */
  sentTwice: number | null;
  /** Written → accepted by the domain, from the intended time; null where nothing was measured, or no edge saw it. */
  toAccepted: Latency | null;
  /** Written → searchable. */
  toSearchable: Latency | null;
  /** From the end of the load until the last record was found, ms; null where records stayed missing. */
  drainMs: number | null;
  /** From the end of a fault that kept records away until nothing waited any more, ms; null where there was none, or no end of it. */
  recoveryMs: number | null;
  /** The application could not write for so long, ms. */
  blockedMs: number;
  metrics: Partial<Record<Metric, MetricSummary>>;
  gaveOut: GaveOut | null;
  /** Thresholds of the profile, with what was measured. */
  thresholds: { expression: string; measured: number | null; unit?: string; kept: boolean }[];
  /** Times, ms since the load's start, in which a fault was in force. */
  faults: { label: string; fromMs: number; toMs: number }[];
}

/** A chart as data: drawn at report time, and shown as a table as well. */
export interface Chart {
  title: string;
  x: { label: string; unit: string; scale: 'linear' | 'log' | 'category' };
  y: { label: string; unit: string; scale?: 'linear' | 'log' };
  kind: 'line' | 'bar' | 'points';
  /** `x` is a name where the scale is `category`. */
  series: { name: string; points: { x: number | string; y: number | null }[] }[];
  /** Spans of x to be shaded, such as faults; not where x is a category. */
  bands?: { label: string; from: number; to: number }[];
  /** Length of the lines that its lines/s speak of, where it is one for all: they are told in MiB/s as well. */
  bytesPerLine?: number;
}

export interface Table {
  columns: { title: string; unit?: string }[];
  /** null: not measured. */
  rows: (string | number | null)[][];
  /** As in a {@link Chart}. */
  bytesPerLine?: number;
}

/** One of load.md's nine questions, and what this run knows of it. */
export interface Answer {
  question: number;
  title: string;
  /** What was found, in one or two plain sentences; or `not measured because …`. */
  sentence: string;
  measured: boolean;
  /** The harness itself failed while it was asked. */
  failed?: true;
  tables: (Table & { title?: string })[];
  charts: Chart[];
}

/** Whether a queue is needed in front of the domain. */
export interface QueueVerdict {
  queue: 'not needed' | 'needed' | 'would not help' | 'not found out';
  /** The verdict and its reason, for a person. */
  sentence: string;
  /** Measurements that it rests on. */
  because: string[];
  /** What would have to be measured otherwise for it to flip. */
  flips: string[];
  /** What it says beyond what was measured; empty where it does not. */
  extrapolated: string[];
}

/** What a run has found out about `direct`, as far as it got: what the verdict and the plan rest on. Rates are of one pod. */
export interface Findings {
  bytesPerLine: number;
  /** Highest rate with nothing lost and the goals kept; undefined: none that was tried. `lowestBroken`: the lowest that was tried and broke. */
  highest?: { linesPerSecond: number | undefined; lowestBroken?: number | undefined; gaveOut: GaveOut | null };
  /** Records lost at rates that the pipeline bears, with no fault at all. */
  lostInQuiet?: { missing: number; accepted: number };
  /**
   * fluentd's cost: cores = `baseCores` + lines/s × `coresPerLine`, a line through `points` measured rates up to `toLines`; `spread`: the largest distance
   * of a point from it, as a share of the point. `memoryBytes`: the most that a sidecar used. `cpuLimit`: cores that a sidecar had.
   */
  fluentd?: {
    baseCores: number;
    coresPerLine: number;
    spread: number;
    points: number;
    toLines: number;
    memoryBytes: number;
    cpuLimit: number | undefined;
  };
  /** Outages that were measured until the buffer was full. `perLogByte`: bytes in the buffer for each byte of log. */
  outage?: { points: number; longestMs: number; perLogByte: number; bufferBytes: number; lost: number };
  /** Service time of a bulk: `perBulkMs` + lines × `perLineMs` of one of `servers`; `indexPerLogByte`: bytes on the domain's disk for each byte of log. */
  domain?: { perBulkMs: number; perLineMs: number; servers: number; indexPerLogByte: number | null };
  /** Most pods that the domain bears, by simulation; `measuredPods`: as many as were really started. */
  fanIn?: { mostPods: number; measuredPods: number; gaveOut: GaveOut | null };
  /** A pod that ended while the domain was away: what was lost of what it had written. */
  podEnded?: Partial<Record<TopologyName, { missing: number; accepted: number }>>;
}

/** Raised when a reader of a load's results.json would have to change. */
export const LOAD_SCHEMA_VERSION = 1;

/** results.json of `npm run load`. */
export interface LoadResults {
  kind: 'load';
  schemaVersion: typeof LOAD_SCHEMA_VERSION;
  run: string;
  target: string;
  pipeline: string;
  engine: { name: string; version: string };
  kubernetes?: string;
  /** Account, region, cluster and domain, where they are somebody's. */
  place?: string;
  /** It was a rehearsal: in what it differs from what it stands for. */
  rehearsal?: readonly string[];
  images: Record<string, string>;
  machine: { cpus: number; memoryBytes: number; cpuModel: string; kernel: string };
  /** What stood behind `npm run load --`, one a word: how to repeat it. */
  arguments: string[];
  /** The commit that is checked out, and whether files differ from it; null where there is no git. */
  commit: string | null;
  changed: boolean | null;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  outcome: Outcome;
  /** Interrupted, or ended by a limit: what is here is whole, the rest did not run. */
  partial: boolean;
  /** The limit of the target's own that ended it. */
  endedBy?: string;
  /** Goals that were asked for: ms, minutes and so on, as given. */
  goals: { p99: string; outage: string };
  trials: Trial[];
  findings: Findings;
  answers: Answer[];
  verdict: QueueVerdict;
  /** What this run left out, and why. */
  leftOut: string[];
}
