import type { LintedObject } from './fargate-lint/objects.ts';
import type { Blocked, LedgerBook } from './ledger-book.ts';
import type { Reconciliation, RecordRange } from './reconciliation.ts';
import type { Arrival } from './target.ts';
import type { Watched } from './watch.ts';

/** What the edge did to chosen records, by its own account. */
export interface PlantedDefects {
  dropped: RecordRange[];
  repeated: RecordRange[];
  corrupted: RecordRange[];
}

/** How draining ended. */
export type DrainEnd = 'all found' | 'nothing new' | 'deadline';

/** Percentiles in ms, from the intended write time to the domain's answer; null where nothing was measured. */
export interface Latency {
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** Which records carry which value of the inspected field. */
export interface FieldValue {
  value: string;
  records: RecordRange[];
}

/** What a scenario's checks of every document said. */
export interface DocumentComplaints {
  /** Documents that were found wanting. */
  count: number;
  /** The first complaints, each with the document's id. */
  samples: string[];
}

/** All that a verdict is made from. */
export interface Facts {
  book: LedgerBook;
  reconciliation: Reconciliation;
  drain: { end: DrainEnd; afterMs: number; saw: string };
  /** Documents of the last reading, and how long reading and reconciling them took. */
  readBack: { documents: number; tookMs: number };
  latencyMs: Latency | null;
  /** What the domain answered for which records, in order; empty where nobody sees that. */
  arrivals: readonly Arrival[];
  /** Records that fluentd put aside in a dead-letter file. */
  deadLetters: readonly RecordRange[];
  /** The Kubernetes objects that were applied, with the CPU requests that the pipeline has. */
  manifests: readonly LintedObject[];
  /** fluentd's own words, oldest first. */
  fluentdLog: readonly string[];
  /** What each fault left as its trace; a fault without one makes the run an `error`. */
  traces: { fault: string; trace: string | undefined }[];
  planted: PlantedDefects | undefined;
  field: FieldValue[];
  documents: DocumentComplaints;
  /** Things that went wrong on the harness's side; not empty: `error`. */
  troubles: string[];
  /** When applications could not write, and why. */
  blocked: Blocked[];
  /** Share of the offered rate that emitters fell behind, 0…1. */
  behind: number;
  /** Only where somebody looked on. */
  watched?: Watched;
}
