import type { Target } from '../core/target.ts';
import type { AwsWork } from '../targets/aws/plan.ts';
import type { PipelineSource } from '../targets/kube/pipeline.ts';

/** A target that stands, and what is to be said about it. */
export interface StandingTarget extends Target {
  /** Engine and versions, in one line. */
  introduction: string;
  /** How to look at what stays up; undefined where nothing does. */
  howToLook?: string;
  /** Whether all that scenarios share still runs. */
  alive(): Promise<boolean>;
  /** Aborted once a limit of the target's own is reached; its reason says which. */
  ended?: AbortSignal;
}

export interface StandUpOptions {
  run: string;
  pipeline: PipelineSource;
  /** What the run is going to do, where that costs something. */
  work?: readonly AwsWork[];
  signal: AbortSignal;
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
  /** Leaves the terminal to a question. */
  aside?<T>(work: () => Promise<T>): Promise<T>;
}
