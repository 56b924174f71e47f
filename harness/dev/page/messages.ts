// What server and page say to each other: types alone, for both.
import type { Applied, DevPart, PartState } from '../stack.ts';

/** What a stage shows, or why it can't be told right now. */
export type Reading<Figures> = Figures | { trouble: string };

/** The file as the application writes it and fluentd reads it. */
export interface FileFigures {
  /** Lines and bytes that the application added a second; not known at the first reading. */
  linesPerSecond?: number;
  bytesPerSecond?: number;
  /** Files, those that were rotated included, and what they hold. */
  files: number;
  bytes: number;
  /** What fluentd's pos_file has not come to yet. */
  unreadBytes: number;
  /** When the newest line was written, ms since the epoch. */
  writtenAt?: number;
}

/** fluentd's buffer, by its monitor_agent. */
export interface FluentdFigures {
  bufferBytes: number;
  /** 0…1 of what the buffer may take. */
  bufferShare?: number;
  queuedChunks: number;
  /** Whether the last try to deliver failed, and another one is to come. */
  retrying: boolean;
  /** Tries that failed since fluentd started. */
  retries: number;
  /** Records that the domain will never take, put aside since fluentd started. */
  deadLetters: number;
  slowFlushes: number;
}

/** What came to the front door. */
export interface EdgeFigures {
  requestsPerSecond?: number;
  acceptedPerSecond?: number;
  refusedPerSecond?: number;
  bytesPerSecond?: number;
  /** Requests by status since the edge started. */
  statuses: Record<string, number>;
  /** Refusals by reason since the edge started. */
  refusals: Record<string, number>;
}

/** What a search finds. */
export interface EngineFigures {
  documents: number;
  searchablePerSecond?: number;
  /** Time of the newest document, ms since the epoch; none where there is no document. */
  newestAt?: number;
  /** From the newest line of the file to the newest document, ms. */
  lagMs?: number;
}

/** One reading of the whole way of a record. */
export interface Figures {
  /** ms since the epoch. */
  at: number;
  file: Reading<FileFigures>;
  fluentd: Reading<FluentdFigures>;
  edge: Reading<EdgeFigures>;
  engine: Reading<EngineFigures>;
}

export const FAULTS = ['outage', 'throttle', 'slow', 'expired'] as const;
/** A fault of the edge that a button stands for. */
export type FaultName = (typeof FAULTS)[number];

/** What is in force at the edge. */
export interface FaultState {
  /** The fault that the page put in force; none: all is well as far as the page is concerned. */
  inForce?: FaultName;
  /** Requests that it bit. */
  requests: number;
  /** Rules in force that others put there. */
  others: number;
  /** Why the edge can't be asked. */
  trouble?: string;
}

/** A line of fluentd's log. */
export interface FluentdMessage {
  /** Counts up from 1. */
  n: number;
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'none';
  text: string;
}

/** What came of the last change of td-agent.conf. */
export type Reload = Applied & {
  /** ms since the epoch. */
  at: number;
  /** From the reload until a probe was searchable, ms. */
  searchableMs?: number;
};

/** A part, the command that shows its log, and where a browser finds it. */
export type ShownPart = PartState & { byHand: string; url?: string };

/** What the page learns each second; what did not change since the event before is left out. */
export interface LiveEvent {
  figures: Figures;
  faults: FaultState;
  parts?: ShownPart[];
  reload?: Reload;
  /** New lines of fluentd's log. */
  messages?: FluentdMessage[];
}

/** What the page must know to begin with. */
export interface Setting {
  kind: 'compose' | 'k3s';
  logFile: string;
  configFile: string;
}

/** Text of td-agent.conf. */
export interface ConfigurationText {
  text: string;
}

/** What is looked for. Times are ISO 8601. */
export interface Wanted {
  from?: string;
  to?: string;
  logName?: string;
  level?: string;
  text?: string;
}

/** One document, newest first in lists. */
export interface Hit {
  /** Unique among all indices. */
  key: string;
  index: string;
  id: string;
  source: Record<string, unknown>;
}

/** Place behind the last hit of a page. */
export type Cursor = (string | number)[];

/** A page of hits. */
export interface HitPage {
  hits: Hit[];
  /** Where the next page goes on; none: this was the last. */
  next?: Cursor;
}

/** One value of a field and how many documents have it. */
export interface Count {
  value: string;
  count: number;
}

/** What a search finds all in all. */
export interface Overview {
  /** Documents found, exactly. */
  total: number;
  /** Documents that only the time range keeps away; asked for where nothing was found. */
  outside?: number;
  levels: Count[];
  logNames: Count[];
  /** Documents over time: start of each interval, ms since the epoch, and how many fell into it. */
  buckets: [at: number, count: number][];
  /** Length of an interval, ms. */
  intervalMs: number;
}

/** How far a probe came. Times count from when it was to be written; where one is missing it was not seen there in time, and `saw` tells what was. */
export interface ProbeResult {
  id: string;
  stages: { stage: string; afterMs?: number | undefined; saw?: string | undefined }[];
  searchableMs?: number | undefined;
  index?: string | undefined;
}

/** An answer that is no success. */
export interface Refused {
  message: string;
}

export type { DevPart };
