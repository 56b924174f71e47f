import type { DurationLiteral } from './duration.ts';
import type { Deployment, DomainControl } from './target.ts';

/** What a fault may touch. */
export interface FaultContext {
  deployment: Deployment;
  /** The edge's controls; undefined where the domain is a real one. */
  domain: DomainControl | undefined;
  signal: AbortSignal;
  /** Progress, in a few words. */
  say(what: string): void;
}

/** What a fault left behind, or undefined: then nothing was proven. A function is asked once the run has drained. */
export type Trace = string | undefined | (() => Promise<string | undefined>);

/** Something done to the pipeline. */
export interface Fault {
  /** What is done, as the report words it. */
  name: string;
  /** When, counted from the first record's due time. `before`: as soon as the pipeline is up. `after`: when the load is written. */
  at: DurationLiteral | 'before' | 'after';
  inject(context: FaultContext): Promise<Trace>;
}
