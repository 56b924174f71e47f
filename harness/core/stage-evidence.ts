import { dueAt, type StreamAccount } from './ledger-book.ts';
import type { RecordRange } from './reconciliation.ts';
import { SeqSet } from './seq-set.ts';
import type { HoldingFile, PodSurvey } from './survey.ts';
import type { Arrival } from './target.ts';

/** One file with records of a stream. */
export interface FileEvidence {
  path: string;
  bytes: number;
  position: number | undefined;
  before: SeqSet;
  behind: SeqSet;
}

/** What tells of a stream's records at their pod. */
export interface Evidence {
  /** All that reached the domain is known: what is not among it did not. */
  arrivalsKnown: boolean;
  pod: PodSurvey | undefined;
  files: FileEvidence[];
  /** The first record of a file that arrived since fluentd knows its place in it: from there on it read. Infinity: none did. */
  readFrom(file: FileEvidence): number;
}

/** And what tells of them at the domain. undefined: nobody sees what it answers. */
export interface StreamEvidence extends Evidence {
  taken: SeqSet | undefined;
  refused: { status: number; records: SeqSet }[] | undefined;
  chunks: { path: string; records: SeqSet }[];
  deadLetters: SeqSet;
}

/** Statuses by which a domain says that it has a document: 409 is `create` of one that is there. */
function isTaken(status: number): boolean {
  return (status >= 200 && status < 300) || status === 409;
}

/** Gathers what concerns one stream. */
export function evidenceOf(
  account: StreamAccount,
  arrivals: readonly Arrival[] | undefined,
  pods: readonly PodSurvey[],
  forgotten: boolean,
): StreamEvidence {
  const { stream } = account;
  const own = arrivals?.filter((arrival) => arrival.stream === stream);
  const taken = own && setOf(own.filter(({ status }) => isTaken(status)));
  const statuses = new Set(own?.map(({ status }) => status).filter((status) => !isTaken(status)));
  // A stream is named after its pod: `<pod>.<boot>.<file number>`.
  const pod = pods.find(({ pod }) => stream.startsWith(`${pod}.`));
  const { files = [], chunks = [], deadLetters = [] } = pod?.volume ?? {};
  const since = pod?.fluentd.remembers ? undefined : pod?.fluentd.restartedAt;
  return {
    arrivalsKnown: arrivals !== undefined && !forgotten,
    taken,
    refused:
      own &&
      [...statuses].map((status) => ({ status, records: setOf(own.filter((arrival) => arrival.status === status)) })),
    pod,
    files: files
      .filter(({ before, behind }) => [...before, ...behind].some((range) => range.stream === stream))
      .map(({ path, bytes, position, before, behind }) => ({
        path,
        bytes,
        position,
        before: setOf(of(before, stream)),
        behind: setOf(of(behind, stream)),
      })),
    readFrom: memoized((file) => firstRead(file, account, taken, since)),
    chunks: holding(chunks, stream),
    deadLetters: setOf(
      of(
        deadLetters.flatMap(({ records }) => records),
        stream,
      ),
    ),
  };
}

function firstRead(
  { before }: FileEvidence,
  account: StreamAccount,
  taken: SeqSet | undefined,
  since: number | undefined,
): number {
  for (const { from, to } of before.ranges(true, 0, account.accepted))
    for (let seq = from; seq < to; seq++)
      if (taken?.has(seq) && (since === undefined || dueAt(account, seq) > since)) return seq;
  return Number.POSITIVE_INFINITY;
}

function holding(files: readonly HoldingFile[], stream: string): StreamEvidence['chunks'] {
  return files
    .map(({ path, records }) => ({ path, records: setOf(of(records, stream)) }))
    .filter(({ records }) => records.size > 0);
}

function of(ranges: readonly RecordRange[], stream: string): RecordRange[] {
  return ranges.filter((range) => range.stream === stream);
}

function setOf(ranges: readonly { from: number; to: number }[]): SeqSet {
  const set = new SeqSet();
  for (const { from, to } of ranges) for (let seq = from; seq < to; seq++) set.add(seq);
  return set;
}

function memoized<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
