import { type DurationLiteral, parseDuration, type SizeLiteral } from './duration.ts';
import type { Facts } from './facts.ts';
import type { Fault } from './fault.ts';
import type { StreamAccount } from './ledger-book.ts';
import type { RecordFormat, RecordIdentity } from './record.ts';
import type { LoadSize, LoadStage } from './stages.ts';
import type { Capability, Document, Setup } from './target.ts';
import type { TextKind } from './texts.ts';

/** What the application writes. */
export interface Load {
  /** Pace of each application; `max`: as fast as one core can. */
  linesPerSecond: number | 'max';
  /** How long, or how many lines; one of the two. */
  for?: DurationLiteral;
  lines?: number;
  /** A shape in steps, one after another without a gap; in place of `linesPerSecond`, `for` and `lines`, which then say nothing. */
  stages?: readonly LoadStage[];
  /** Length of a line, newline included; 200 B unless told. */
  bytes?: SizeLiteral;
  /** A mix of lengths, in place of `bytes` and `files`: one file for each (app.log, app-2.log, …), with its share of the lines. Shares sum to 1. */
  sizes?: readonly LoadSize[];
  format?: RecordFormat;
  /** What the lines say; `ascii` unless told. */
  text?: TextKind;
  /** The lines say a time of their own, which passes midnight UTC that long after the load's start. */
  midnightAfter?: DurationLiteral;
  /** The last line of all, of the last burst where there is one, has no newline. */
  noLastNewline?: boolean;
  /**
   * `when-followed` (unless told): the file is there, empty, and the first line is written once fluentd says that it
   * follows it. `at-once`: lines are there before fluentd looked. `{ after }`: the file itself appears that late.
   */
  start?: 'when-followed' | 'at-once' | { after: DurationLiteral };
  /** Rotations of the log file, from the load's start on. */
  rotateAt?: DurationLiteral[];
  rotate?: 'rename' | 'copytruncate' | 'delete-and-create';
  /** What the application writes on SIGTERM: how long after it, and spread over which time (0 s unless told). */
  lastBurst?: { lines: number; after: DurationLiteral; over?: DurationLiteral };
  files?: number;
}

/** What a scenario allows. What is not named is 0. */
export interface Tolerance {
  missing?: number;
  duplicated?: number | 'any';
  unexpected?: number;
  corrupted?: number;
}

/** Looks at the facts of a run and says what broke the promise; nothing said is a pass. */
export type Check = (facts: Facts) => string[];

/** Looks at one delivered document and the record that it carries, and says what is wrong with it; nothing said is a pass. */
export type DocumentCheck = (document: Document, record: RecordIdentity, account: StreamAccount) => string | undefined;

/** One promise of the sidecar. The title completes "the pipeline …". */
export interface ScenarioDefinition {
  title: string;
  /** Names the setting that the scenario guards, and what goes wrong without it. */
  why: string;
  /** Rows of the promise table that it stands for. */
  rows: number[];
  load: Load;
  /** What the pipeline shall be like beside its own manifests. */
  setup?: Partial<Omit<Setup, 'load'>>;
  /** What it needs of the target, beside what its faults need. */
  needs?: readonly Capability[];
  /** It disturbs others (it restarts the engine, or needs both cores): nothing runs beside it. */
  alone?: boolean;
  /** The setting that makes the difference to the set-up of 2020, as the promise table words it. */
  setting: string;
  /** What becomes of it there: `kept`, or broken with a reason that matches; `either` where chance decides, with the reason in `why`. */
  asWritten: 'kept' | 'either' | RegExp;
  faults?: readonly (Fault | readonly Fault[])[];
  tolerance?: Tolerance;
  /** Checks besides the tolerance. */
  checks?: Check[];
  /** Replaces the judgement by tolerance: for scenarios in which the harness itself plants the defects. */
  judge?: Check;
  /**
   * The pipeline must refuse to start: fluentd's container ends, and its last words match. One that hangs or runs breaks the promise; nothing is
   * written, and no record is looked for.
   */
  refusesToStart?: RegExp;
  /** A field of the documents, or `_index`, whose values are told apart, with the records that carry each. */
  inspect?: string;
  /** What every document that carries a record must be like, beside its text. */
  documents?: readonly DocumentCheck[];
  /** Longest wait for late records after the load, 60s unless told. */
  drainWithin?: DurationLiteral;
}

export interface Scenario extends ScenarioDefinition {
  /** The file's name without its ending. */
  name: string;
}

/** How long a load is planned to last, ms; 0 where only the machine's speed ends it. */
export function plannedMs({ stages, for: lasting, lines = 0, linesPerSecond }: Load): number {
  if (stages) return stages.reduce((sum, stage) => sum + parseDuration(stage.for), 0);
  if (lasting) return parseDuration(lasting);
  return linesPerSecond === 'max' ? 0 : (lines * 1000) / linesPerSecond;
}

/** Files that one application writes a load into, each a stream of its own. */
export function filesOf({ files = 1, sizes }: Load): number {
  return sizes?.length ?? files;
}

/** Faults of a scenario, one after another. */
export function faultsOf({ faults = [] }: Pick<ScenarioDefinition, 'faults'>): Fault[] {
  return faults.flat();
}

/** What a scenario and its faults need of a target. */
export function needsOf(scenario: Pick<ScenarioDefinition, 'faults' | 'needs'>): Set<Capability> {
  return new Set([...(scenario.needs ?? []), ...faultsOf(scenario).flatMap(({ needs }) => needs ?? [])]);
}

/** Marks a scenario's data; adding a scenario is adding one file that calls this. */
export function defineScenario(definition: ScenarioDefinition): ScenarioDefinition {
  return definition;
}
