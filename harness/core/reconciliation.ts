import type { LedgerBook, StreamAccount } from './ledger-book.ts';
import { countOf } from './ranges.ts';
import { carriesPayload, identitiesIn, payloadOf, type RecordIdentity, recordId } from './record.ts';
import { SeqSet } from './seq-set.ts';
import type { TextKind } from './texts.ts';

/** Where in its stream a range lies; `whole` is all of it. */
export type Place = 'head' | 'middle' | 'tail' | 'whole';

/** Where a record vanished, from the application to the search; `unknown` where nothing tells. */
export type LossStage =
  | 'never-written'
  | 'written-not-read'
  | 'read-not-sent'
  | 'sent-rejected'
  | 'accepted-not-searchable'
  | 'unknown';

/** Seqs [from, to) of one stream. */
export interface RecordRange {
  stream: string;
  from: number;
  to: number;
}

export interface MissingRange extends RecordRange {
  place: Place;
  /** Where the records vanished, once that was looked into. */
  stage?: LossStage;
  /** What tells so. */
  because?: string;
}

/** Ledger against Sink. Every count is a number of records, apart from `duplicated`, which counts the extra copies. */
export interface Reconciliation {
  accepted: number;
  /** Accepted records that were found, each counted once. */
  delivered: number;
  missing: number;
  duplicated: number;
  /** Documents that carry the run's id but no record that an emitter announced. */
  unexpected: number;
  /** Documents whose text is not what their record's emitter wrote. */
  corrupted: number;
  /** Records announced by a process that died before it could confirm them. */
  inDoubt: number;
  missingRanges: MissingRange[];
  duplicatedRanges: RecordRange[];
  corruptedRanges: RecordRange[];
  /** The first unexpected documents, by what they say they are. */
  unexpectedSamples: string[];
  /** Share of records that may be lost at 95 % confidence when none of N was: 3/N. null when some were, or N is 0. */
  lossBound95: number | null;
}

interface Tally {
  account: StreamAccount;
  seen: SeqSet;
  twice: SeqSet;
  corrupted: SeqSet;
}

const SAMPLES = 20;

/** Takes delivered documents one by one and keeps about two bits a record. */
export class Reconciler {
  readonly #book: LedgerBook;
  readonly #tallies = new Map<string, Tally>();
  #extraCopies = 0;
  #corrupted = 0;
  #unexpected = 0;
  readonly #samples: string[] = [];

  constructor(book: LedgerBook) {
    this.#book = book;
  }

  /**
   * Takes one document, given by its text values. Returns the record that it carries, intact or not, or undefined where it
   * carries none that was announced.
   */
  deliver(texts: readonly string[]): RecordIdentity | undefined {
    const identities = distinct(texts);
    const identity = identities[0];
    const tally = identity && this.#tally(identity);
    if (!identity || !tally || identity.seq >= tally.account.intended || identity.run !== tally.account.run) {
      this.#unexpected++;
      if (this.#samples.length < SAMPLES)
        this.#samples.push(identity ? recordId(identity) : texts.join(' ').slice(0, 120));
      return undefined;
    }
    if (!tally.seen.add(identity.seq)) {
      this.#extraCopies++;
      tally.twice.add(identity.seq);
    }
    const { payloadLength, text: kind } = tally.account;
    const intact = identities.length === 1 && carried(texts, identity, payloadLength, kind);
    if (!intact) {
      this.#corrupted++;
      tally.corrupted.add(identity.seq);
    }
    return identity;
  }

  result(): Reconciliation {
    const accounts = [...this.#book.streams.values()];
    const missingRanges = accounts.flatMap((account) => this.#missing(account));
    const missing = countOf(missingRanges);
    const accepted = this.#book.accepted;
    return {
      accepted,
      delivered: accepted - missing,
      missing,
      duplicated: this.#extraCopies,
      unexpected: this.#unexpected,
      corrupted: this.#corrupted,
      inDoubt: this.#book.inDoubt,
      missingRanges,
      duplicatedRanges: this.#ranges((tally) => tally.twice),
      corruptedRanges: this.#ranges((tally) => tally.corrupted),
      unexpectedSamples: [...this.#samples],
      lossBound95: missing === 0 && accepted > 0 ? 3 / accepted : null,
    };
  }

  #tally({ stream }: RecordIdentity): Tally | undefined {
    const known = this.#tallies.get(stream);
    if (known) return known;
    const account = this.#book.streams.get(stream);
    if (!account) return undefined;
    const tally = { account, seen: new SeqSet(), twice: new SeqSet(), corrupted: new SeqSet() };
    this.#tallies.set(stream, tally);
    return tally;
  }

  #missing(account: StreamAccount): MissingRange[] {
    const seen = this.#tallies.get(account.stream)?.seen ?? new SeqSet();
    return seen
      .ranges(false, 0, account.accepted)
      .map(({ from, to }) => ({ stream: account.stream, from, to, place: placeOf(from, to, account.accepted) }));
  }

  #ranges(of: (tally: Tally) => SeqSet): RecordRange[] {
    // In the ledger's order: the sink's is another one at each read.
    return [...this.#book.streams.values()].flatMap(({ stream, intended }) => {
      const tally = this.#tallies.get(stream);
      return tally
        ? of(tally)
            .ranges(true, 0, intended)
            .map(({ from, to }) => ({ stream, from, to }))
        : [];
    });
  }
}

function placeOf(from: number, to: number, accepted: number): Place {
  if (from === 0) return to === accepted ? 'whole' : 'head';
  return to === accepted ? 'tail' : 'middle';
}

/** Most texts are the payload or too short for it, and need no closer look. */
function carried(texts: readonly string[], identity: RecordIdentity, payloadLength: number, kind: TextKind): boolean {
  const payload = payloadOf(identity.stream, identity.seq, payloadLength, kind);
  if (texts.includes(payload)) return true;
  return texts.some((text) => text.length > payload.length && carriesPayload(text, identity, payloadLength, kind));
}

function distinct(texts: readonly string[]): RecordIdentity[] {
  // There is no id without a slash, and few texts have one.
  const found = texts.flatMap((text) => (text.includes('/') ? identitiesIn(text) : []));
  return found.length < 2 ? found : [...new Map(found.map((one) => [recordId(one), one])).values()];
}
