import type { SizeLiteral } from './duration.ts';
import type { LintedObject } from './fargate-lint/objects.ts';
import type { LedgerBook } from './ledger-book.ts';
import type { Gauges } from './reading.ts';
import type { RecordRange } from './reconciliation.ts';
import type { Load } from './scenario.ts';
import type { PodSurvey } from './survey.ts';

/** Signals that faults send. */
export type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT';

/**
 * What a scenario may need of a target besides a pod that stands. `edge`: decision rules between fluentd and the engine. `cluster`: acts of
 * Kubernetes itself (eviction, memory limits, several pods, volumes that are full). `engine`: a search engine of our own that types fields, can be
 * restarted and be blocked. `collector`, `queue`: a topology that has that part.
 */
export type Capability = 'edge' | 'cluster' | 'engine' | Role;

/** The ways from a sidecar to the domain; each is a kustomize component: load/topologies/NAME. */
export const TOPOLOGIES = ['direct', 'aggregator', 'redis'] as const;
export type TopologyName = (typeof TOPOLOGIES)[number];

/** The parts of a topology between the sidecar and the domain. */
export type Role = 'collector' | 'queue';

/** The parts that each topology has. */
export const PARTS_OF: Record<TopologyName, readonly Role[]> = {
  direct: [],
  aggregator: ['collector'],
  redis: ['collector', 'queue'],
};

/** What a deployment shall be like. */
export interface Setup {
  load: Load;
  /** The way to the domain; the target's own unless told. */
  topology?: TopologyName;
  /** Pods of each application, and applications with a Deployment, a ConfigMap and a tag of their own. */
  pods: number;
  applications: number;
  /** Pods of the central collector, where the topology has one; as many as its manifest says unless told. */
  collectors?: number;
  /** fluentd's parameters to set in its configuration; `''` takes one away. */
  parameters: Record<string, string>;
  /** The same, for those that the pipeline's configuration has; a pipeline without keeps its own ways. */
  parametersIfThere?: Record<string, string>;
  /** Settings of redis.conf, where the topology has Redis; `''` takes one away. */
  redis?: Record<string, string>;
  /**
   * A variant of the configuration that the pipeline offers: variants/NAME.conf in its fluentd folder, put in place of the tail source's `<parse>`.
   * A pipeline that offers none runs as it is.
   */
  variant?: string;
  /** The shared log volume as a disk of this size (MiB and GiB literals), which gives ENOSPC when it is full. */
  disk?: SizeLiteral;
  /** Memory limit of fluentd's container (MiB and GiB literals) where the pipeline sets none. */
  memory?: SizeLiteral;
  /** CPU and memory limit of fluentd's container in place of the pipeline's, as Kubernetes quantities: `250m` or `0.25`, `256Mi`. */
  cpu?: string;
  memoryLimit?: string;
  /** An image in place of the emitter's, started as it is: a person's own application, to work with. */
  application?: string;
  /** The text of fluentd's configuration in place of the pipeline's. */
  conf?: string;
  /** The Secret holds empty values; a key pair that the domain knows unless told. */
  secret?: 'empty';
  /** Something is to be decided at the edge: a target whose domain is a real one puts an edge in front of it then. */
  edge?: boolean;
  /** The domain is reached over TLS, as a real one is; its certificate is one that fluentd's container trusts. */
  tls?: boolean;
}

/** A key pair that the domain takes. `expiresAt`: ms since the epoch. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiresAt?: number;
}

/** One delivered document. */
export interface Document {
  index: string;
  id: string;
  source: Record<string, unknown>;
}

/** Where delivered records are read back from. */
export interface Sink {
  /** Documents that carry the run's id, right now. */
  count(run: string): Promise<number>;
  /** The same, of those that a search finds by now: nothing is refreshed for it. */
  searchable?(run: string): Promise<number>;
  /** The engine's own `_nodes/stats`, what telemetry wants of it. */
  nodeStats?(): Promise<unknown>;
  /** Every one of them, a page at a time; pages may be read side by side, so `take` must not mind the order. */
  read(run: string, take: (page: Document[]) => void): Promise<void>;
  /** Removes every index that a pipeline made. */
  clear(): Promise<void>;
}

/** One range of records and what the domain answered for them, at a time in ms since the epoch. */
export interface Arrival extends RecordRange {
  at: number;
  status: number;
}

/** A time, ms since the epoch. */
export interface TimeSpan {
  from: number;
  to: number;
}

/** The edge as scenarios and the verdict see it. */
export interface DomainControl {
  /** Puts a set of decision rules in force, in place of those that it held before; sets of other names stay. */
  rule(rules: readonly unknown[], set?: string): Promise<void>;
  /** How often the rules of a set (of all, where none is named) bit, and which records they dropped, repeated and corrupted. */
  bites(
    set?: string,
  ): Promise<{ count: number; dropped: RecordRange[]; repeated: RecordRange[]; corrupted: RecordRange[] }>;
  /** What arrived of a run, apart from what is forgotten. */
  arrivals(run: string): Promise<Arrival[]>;
  /** When something may have arrived of which nobody knows any more: right before an edge was killed. One that never is has no such times. */
  forgotten?(): readonly TimeSpan[];
  /** Requests so far, and how many of them were refused, by status. */
  counters(): Promise<{ requests: number; refused: Record<string, number>; largestBody: number; raw: unknown }>;
  /** The keys that are taken now. */
  keys(): readonly AccessKey[];
  /** The keys that are taken from now on, in place of those before. */
  admit(keys: readonly AccessKey[]): Promise<void>;
}

/** The search engine behind the edge, where it is ours. */
export interface EngineControl {
  /** Stops its process, starts it again, waits until it answers; returns what was seen. */
  restart(): Promise<string>;
  /** Makes every index of a run refuse writes, or take them again; returns the indices. */
  blockWrites(run: string, blocked: boolean): Promise<string[]>;
  /**
   * Gives indices that are made from now on a mapping that no record fits (`message` a number): a mapping conflict, in the engine's own words. `false`
   * undoes that and removes the indices that came of it.
   */
  conflictMapping(on: boolean): Promise<void>;
  /** Time that bulks like a sidecar's take the engine alone, ms for all of them; `atOnce` are under way at a time. */
  bulkTimes?(bulks: { lines: number; bytesPerLine: number; bulks: number; atOnce: number }): Promise<number>;
  /** Documents of all indices, and their bytes on the engine's disk. */
  footprint?(): Promise<{ documents: number; bytes: number }>;
}

/** What a fluentd says of its buffer. */
export interface BufferState {
  /** undefined: it does not tell. */
  empty: boolean | undefined;
  retrying: boolean;
  saw: string;
}

/** A pipeline that stands, for one scenario. */
export interface Deployment {
  readonly run: string;
  readonly book: LedgerBook;
  /** The edge that this deployment sends to, its alone; undefined where the domain is a real one. */
  readonly domain: DomainControl | undefined;
  /** Sum of the flush intervals on a record's way, ms. */
  readonly flushIntervalMs: number;
  /** What was applied, with the CPU requests that the pipeline has, also where a target lowers them. */
  readonly manifests: readonly LintedObject[];
  /** fluentd's log lines so far, oldest first. */
  fluentdLog(): readonly string[];
  /** Waits, a minute or two unless told, until the application's container runs and, if so asked, fluentd follows its file. */
  ready(options: { followed: boolean; withinMs?: number }): Promise<void>;
  /** Starts the (next) load of every application that waits for it. */
  startLoad(): Promise<void>;
  /** Ends the load of every application before its time; each writes what it is at and closes its streams. */
  endLoad?(): Promise<void>;
  /** Opens what reads its containers; a target that cannot look into them has none. */
  gauges?(): Gauges;
  /** What fluentd still holds. */
  buffer(): Promise<BufferState>;
  /** Sends a signal to the sidecar's process and returns the trace: how the container ended and that it came back. */
  signalFluentd(signal: Signal): Promise<string | undefined>;
  /** Sends a signal to the process of one pod of a part; the trace is how it ended and that the part is ready again, or that it stands still. */
  signalPart(role: Role, signal: Signal): Promise<string | undefined>;
  /**
   * Kills the edge of this deployment while a bulk that the engine has taken waits for its answer, and starts it again once `whileAway` is over; the trace
   * is how it ended and that it answers again. undefined where no bulk came by.
   */
  killEdge(whileAway: () => Promise<void>): Promise<string | undefined>;
  /** Sends a signal to the application's process; the trace is how its container ended and that it runs again, or that it stands still. */
  signalEmitter(signal: Signal): Promise<string | undefined>;
  /**
   * Deletes the application's pod as Kubernetes does, for good, and returns once it is gone. `now`: with a second of grace, as
   * `kubectl delete pod --now` does; another one may take its place.
   */
  deletePod(how?: 'with grace' | 'now'): Promise<string | undefined>;
  /** Asks the Eviction API to evict the pod, and returns once another one has taken its place. */
  evictPod(): Promise<string | undefined>;
  /** Uses up the memory of fluentd's container until the kernel kills fluentd; the trace is how the container ended and that it runs again. */
  exhaustMemory(): Promise<string | undefined>;
  /** Puts other keys into the Secret, and replaces the pods by new ones, as a rollout does. */
  changeSecret(key: AccessKey): Promise<string | undefined>;
  /** Changes text in td-agent.conf, in the ConfigMap only, and returns how it came into force. */
  changeConfig(change: (conf: string) => string): Promise<string | undefined>;
  /** Whether any pod of it is left. */
  stands(): boolean;
  /** What makes the run worthless: throws once the pipeline can no longer come up. */
  assertAlive(): void;
  /** Looks at every pod that was: what lies on its volume, and what became of its fluentd. A look that fails is left out. */
  survey(): Promise<PodSurvey[]>;
  /** Writes what there is to see (logs, events, manifests) below a folder. */
  collect(folder: string): Promise<void>;
  /** Looks at it no more, and leaves it up. */
  letGo?(): Promise<void>;
  /** Takes the pipeline down and waits until it is gone. */
  close(): Promise<void>;
}

/** What a target ran on, for environment.json. */
export interface Surroundings {
  target: string;
  /** Of deployments that ask for no other; `direct` where it is not told. */
  topology?: TopologyName;
  engine: { name: string; version: string };
  kubernetes?: string;
  images: Record<string, string>;
  /** Account, region, cluster and domain, where they are somebody's. */
  place?: string;
  /** It was a rehearsal: in what it differs from what it stands for. */
  rehearsal?: readonly string[];
}

/** Somewhere to stand a pipeline up. */
export interface Target {
  readonly sink: Sink;
  /** What it can do, in its own topology. */
  readonly capabilities: ReadonlySet<Capability>;
  readonly engine: EngineControl | undefined;
  /** How many deployments it bears side by side. */
  readonly lanes: number;
  /** So much longer than on a node of one's own a deployment takes to stand and to go, ms; no longer unless told. */
  readonly slowStartMs?: number;
  readonly surroundings: Surroundings;
  /** What the pipeline allows itself, with fluentd's parameters as changed: CPU of one sidecar, cores, and total_limit_size, bytes. */
  limits?(parameters: Record<string, string>): { fluentdCores?: number; bufferBytes?: number };
  /** Stands the pipeline up, in a namespace and behind an edge of its own. */
  deploy(run: string, setup: Setup): Promise<Deployment>;
  /** An error in plain words, with what the target knows about its cause (an engine that died, for instance). */
  explain(error: unknown): Promise<string>;
  /** Writes what the target itself has to show (the engine's and the edge's words) below a folder. */
  collect(folder: string): Promise<void>;
  close(): Promise<void>;
}
