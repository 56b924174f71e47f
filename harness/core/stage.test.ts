import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from './ledger.ts';
import { LedgerBook } from './ledger-book.ts';
import type { MissingRange } from './reconciliation.ts';
import { listStages, withStages } from './stage.ts';
import type { PodSurvey, SurveyedFile, SurveyedVolume } from './survey.ts';
import type { Arrival } from './target.ts';

const STREAM = 'pod-a.m1.1';
const LOG = '/app/log/app.log';
const T0 = 1_700_000_000_000;

/** 100 records, one a second from T0 on; `rotatedAt`: seqs at which the file was renamed. */
function bookOf(...rotatedAt: number[]): LedgerBook {
  const book = new LedgerBook();
  const events: LedgerEvent[] = [
    { ledger: 'stream', run: 'r1', stream: STREAM, file: LOG, format: 'json', payloadLength: 20, at: T0 },
    { ledger: 'pace', stream: STREAM, from: 0, at: T0, perSecond: 1 },
    { ledger: 'intended', stream: STREAM, to: 100 },
    { ledger: 'accepted', stream: STREAM, to: 100, at: T0 + 100_000 },
    ...rotatedAt.map((seq): LedgerEvent => ({ ledger: 'rotated', stream: STREAM, how: 'rename', seq, at: T0 })),
  ];
  for (const event of events) book.add(event);
  return book;
}

const range = (from: number, to: number) => ({ stream: STREAM, from, to });
const missing = (from: number, to: number): MissingRange => ({ ...range(from, to), place: 'middle' });
const arrival = (from: number, to: number, status = 201): Arrival => ({ ...range(from, to), at: T0, status });

/** A file of 100 records of 10 B, fluentd's position after `read` of them. */
const file = (read: number, over: Partial<SurveyedFile> = {}): SurveyedFile => ({
  path: LOG,
  inode: 7,
  bytes: 1000,
  position: read * 10,
  before: [range(0, read)],
  behind: [range(read, 100)],
  ...over,
});

/** A fluentd that lived through, reads from the head and has nothing left to send. */
function pod(volume: Partial<SurveyedVolume> | undefined, fluentd: Partial<PodSurvey['fluentd']> = {}): PodSurvey {
  return {
    pod: 'pod-a',
    volume: volume && { files: [], chunks: [], deadLetters: [], ...volume },
    ...(volume ? {} : { unseen: 'the pod is gone' }),
    fluentd: { followed: true, sentAll: true, fromHead: true, remembers: true, saw: '', ...fluentd },
  };
}

/** `from–to stage` of each part, `to` exclusive. */
function stages(
  ranges: MissingRange[],
  pods: PodSurvey[],
  arrivals: Arrival[] | undefined = [],
  book = bookOf(),
): string[] {
  return withStages(ranges, book, arrivals, pods).map(({ from, to, stage }) => `${from}–${to} ${stage}`);
}

describe('what the domain answered tells most', () => {
  test('what it said it took, and "is there", is accepted; what it refused is rejected, with the status', () => {
    const parts = withStages(
      [missing(10, 40)],
      bookOf(),
      [arrival(10, 20, 503), arrival(10, 15), arrival(20, 30, 409), arrival(30, 40, 400)],
      [pod({ files: [file(100)] })],
    );
    expect(parts).toEqual([
      { ...missing(10, 15), stage: 'accepted-not-searchable', because: 'the domain said that it took them' },
      { ...missing(15, 20), stage: 'sent-rejected', because: 'the domain answered 503' },
      { ...missing(20, 30), stage: 'accepted-not-searchable', because: 'the domain said that it took them' },
      { ...missing(30, 40), stage: 'sent-rejected', because: 'the domain answered 400' },
    ]);
  });

  test('where some of its answers are forgotten, one that is not there proves nothing', () => {
    const find = (pods: PodSurvey[], arrivals: Arrival[]) =>
      withStages([missing(0, 10)], bookOf(), arrivals, pods, true).map(({ stage, because }) => `${stage}: ${because}`);
    expect(find([pod({ files: [file(100)] })], [])).toEqual([
      expect.stringMatching(/^unknown: .*is beyond them; what reached the domain is not known$/),
    ]);
    expect(find([pod({ files: [file(100)] })], [arrival(0, 10, 503)])).toEqual([
      'unknown: the domain answered 503; what reached it later is not all known',
    ]);
    // What is seen stands.
    expect(find([pod({ files: [file(100)] })], [arrival(0, 10)])).toEqual([expect.stringMatching(/^accepted-not/)]);
    expect(find([pod({ files: [file(0)] })], [])).toEqual([expect.stringMatching(/^written-not-read/)]);
  });

  test('another stream’s answers tell nothing', () => {
    const other = { ...arrival(0, 100), stream: 'pod-a.m1.2' };
    expect(stages([missing(0, 100)], [pod({ files: [file(0)] })], [other])).toEqual(['0–100 written-not-read']);
  });
});

describe('what lies on the volume tells the rest', () => {
  test('behind the position: not read; before it: read; in a chunk or put aside: read', () => {
    const volume = {
      files: [file(60)],
      chunks: [{ path: '/app/log/.fluentd/buffer/b1.log', records: [range(50, 60)] }],
      deadLetters: [{ path: '/app/log/.fluentd/dead-letters.log', records: [range(0, 5)] }],
    };
    const parts = withStages([missing(0, 100)], bookOf(), [], [pod(volume, { sentAll: false })]);
    expect(parts.map(({ from, to, stage }) => [from, to, stage])).toEqual([
      [0, 60, 'read-not-sent'],
      [60, 100, 'written-not-read'],
    ]);
    expect(parts[0]!.because).toBe(
      "fluentd put them aside as dead letters; fluentd's position in app.log (600 of 1,000 B) is beyond them; they did not reach the domain; they wait in fluentd's buffer (b1.log)",
    );
    expect(parts[1]!.because).toBe("they lie behind fluentd's position in app.log (600 of 1,000 B)");
  });

  test('refused, and still held', () => {
    const chunks = [{ path: '/buffer/b1.log', records: [range(0, 10)] }];
    const [part] = withStages([missing(0, 10)], bookOf(), [arrival(0, 10, 429)], [pod({ files: [file(100)], chunks })]);
    expect(part!.because).toBe('the domain answered 429, and fluentd still holds them');
  });

  test('a file that stands without them was never written to the end; a rotated stream’s may be gone', () => {
    const short = file(80, { behind: [] });
    expect(stages([missing(80, 100)], [pod({ files: [short] })])).toEqual(['80–100 never-written']);
    expect(stages([missing(80, 100)], [pod({ files: [short] })], [], bookOf(50))).toEqual(['80–100 written-not-read']);
    expect(stages([missing(80, 100)], [pod({ files: [short] }, { sentAll: false })], [], bookOf(50))).toEqual([
      '80–100 unknown',
    ]);
  });

  test('a file without a position was not read, if fluentd has sent all that it read', () => {
    const { position: _none, ...rotated } = file(0, { path: `${LOG}.1` });
    expect(stages([missing(0, 100)], [pod({ files: [rotated] })])).toEqual(['0–100 written-not-read']);
    expect(stages([missing(0, 100)], [pod({ files: [rotated] }, { sentAll: false })])).toEqual(['0–100 unknown']);
  });
});

describe('without read_from_head a position beyond a record may come from passing over it', () => {
  const passing = { fromHead: false, remembers: false };
  test('nothing arrived that stands before it: passed over', () => {
    expect(stages([missing(0, 30)], [pod({ files: [file(100)] }, passing)], [arrival(30, 100)])).toEqual([
      '0–30 written-not-read',
    ]);
    expect(stages([missing(0, 100)], [pod({ files: [file(100)] }, passing)])).toEqual(['0–100 written-not-read']);
  });
  test('one before it in the file arrived: read', () => {
    expect(stages([missing(40, 50)], [pod({ files: [file(100)] }, passing)], [arrival(0, 40)])).toEqual([
      '40–50 read-not-sent',
    ]);
  });
  test('fluentd ended in between and forgot: what was written before its end may have been either', () => {
    const restarted = { ...passing, restartedAt: T0 + 50_000 };
    expect(
      stages([missing(40, 60)], [pod({ files: [file(100)] }, restarted)], [arrival(0, 40), arrival(60, 100)]),
    ).toEqual(['40–51 unknown', '51–60 written-not-read']);
  });
  test('fluentd may hold them still', () => {
    expect(stages([missing(0, 100)], [pod({ files: [file(100)] }, { ...passing, sentAll: false })])).toEqual([
      '0–100 unknown',
    ]);
  });
});

describe('unknown is said', () => {
  test('of a pod that is gone, unless fluentd never followed its log', () => {
    const [part] = withStages([missing(0, 100)], bookOf(), [arrival(0, 10, 503)], [pod(undefined)]).slice(1);
    expect(part).toMatchObject({
      ...range(10, 100),
      stage: 'unknown',
      because: 'they did not reach the domain; whether fluentd had read them is not known: the pod is gone',
    });
    expect(stages([missing(0, 100)], [pod(undefined, { followed: false })])).toEqual(['0–100 written-not-read']);
    expect(stages([missing(0, 100)], [])).toEqual(['0–100 unknown']);
  });
  test('where nobody sees what reached the domain', () => {
    const pods = [pod({ files: [file(60)] })];
    expect(withStages([missing(0, 100)], bookOf(), undefined, pods).map(({ stage }) => stage)).toEqual([
      'unknown',
      'written-not-read',
    ]);
  });
});

test('the list tells of each stage once', () => {
  const parts = withStages(
    [missing(0, 20), missing(90, 100)],
    bookOf(),
    [arrival(0, 10)],
    [pod({ files: [file(50)] })],
  );
  expect(listStages(parts)).toBe(
    "10 accepted-not-searchable (the domain said that it took them); 10 read-not-sent (fluentd's position in app.log (500 of 1,000 B) is beyond them; they did not reach the domain); 10 written-not-read (they lie behind fluentd's position in app.log (500 of 1,000 B))",
  );
});
