import type { Latency } from './facts.ts';
import type { Deployment, Target } from './target.ts';

/** How many of a run's documents a search found at a time, ms since the epoch: when its answer was there. */
export interface SearchablePoint {
  at: number;
  count: number;
}

/** Looks on while a scenario runs, from before its load until it has drained; told of the turns it takes. Times are ms since the epoch. */
export interface Watcher {
  /** Aborted: the load ends early, what was written drains, and the run has a result. The reason is an Error that names what was broken. */
  readonly enough?: AbortSignal;
  /** The curve so far, where it is measured: time to searchable comes from it. */
  readonly searchable?: readonly SearchablePoint[];
  /** The first record is due at this time. */
  loadStarted?(at: number): void;
  /** Every application has written its load, or was told to end. */
  written?(at: number): void;
  /** Called once, whatever happened: drained, failed or interrupted. */
  stop(): Promise<unknown>;
}

/** Called when the pipeline is ready and before the load starts. */
export type Watch = (deployment: Deployment, target: Target) => Watcher;

/** A time in which a fault was in force, ms since the epoch: from before it was injected until after it was healed, or had its whole effect. */
export interface FaultSpan {
  label: string;
  from: number;
  /** undefined: it was never healed. */
  to: number | undefined;
}

/** What a watched run knows besides its verdict. Times are ms since the epoch. */
export interface Watched {
  /** The first record's due time; undefined where none was announced. */
  loadFrom: number | undefined;
  /** When the applications had written. */
  loadTo: number;
  drainedAt: number;
  /** Written → searchable; an upper bound, see searchableLatency. */
  toSearchable: Latency | null;
  faults: FaultSpan[];
  /** Why the load ended before its time. */
  endedEarly?: string;
}
