import type { RecordRange } from './reconciliation.ts';

/** A log file on a pod's volume, and the records in it on either side of fluentd's position. */
export interface SurveyedFile {
  path: string;
  inode: number;
  bytes: number;
  /** Byte that fluentd reads next; undefined: its pos_file has no place in this file. */
  position?: number;
  /** Records that lie before the position. */
  before: RecordRange[];
  /** Records that lie behind it; all of the file's where there is no position. */
  behind: RecordRange[];
}

/** A file in which fluentd holds records: a chunk of its buffer, or dead letters. */
export interface HoldingFile {
  path: string;
  records: RecordRange[];
}

/** What lies on a pod's volume. */
export interface SurveyedVolume {
  files: SurveyedFile[];
  chunks: HoldingFile[];
  deadLetters: HoldingFile[];
}

/** What is known of a pod once its pipeline has drained: of fluentd by its log and its container, of the rest by its volume. */
export interface PodSurvey {
  pod: string;
  /** undefined: it could not be looked at. */
  volume: SurveyedVolume | undefined;
  /** Why it could not. */
  unseen?: string;
  fluentd: {
    /** Whether its log says that it follows a log file. */
    followed: boolean;
    /** It runs, buffers nothing as far as it tells, retries nothing, and its log tells of no record that it gave up: what it read in this life, it sent. */
    sentAll: boolean;
    /** By when its last life had ended, ms since the epoch; undefined: this is its first. */
    restartedAt?: number;
    /** It starts a file that it does not know at its first line. */
    fromHead: boolean;
    /** Its pos_file outlives its container. */
    remembers: boolean;
    /** What it held and retried, and whether it told of records that it gave up. */
    saw: string;
  };
}
