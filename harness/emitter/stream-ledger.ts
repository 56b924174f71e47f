import type { LedgerEvent } from '../core/ledger.ts';
import type { RecordFormat } from '../core/record.ts';
import type { TextKind } from '../core/texts.ts';
import type { Blockage } from './attempts.ts';

/** Records are announced about this far ahead and confirmed about this late, ms. */
export const WINDOW_MS = 100;

/** What `done` and `end` carry besides the stream's name. */
export interface Sum {
  /** Records written, seq, exclusive. */
  to: number;
  /** The longest that a record was written after it was due, ms. */
  lateMs: number;
}

/** From seq `from` on, records are due at `at + (seq - from) / perSecond`, ms; `perSecond` 0: all at `at`. Their lines say `shiftMs` more. */
export interface Pace {
  from: number;
  at: number;
  perSecond: number;
  shiftMs: number;
  /** Its place in the load, from 0. */
  stage: number;
}

/** The ledger of one stream. Says each thing in few events: about twenty a second, whatever the pace. */
export class StreamLedger {
  readonly #stream: string;
  readonly #opening: Omit<Extract<LedgerEvent, { ledger: 'stream' }>, 'at'>;
  readonly #print: (event: LedgerEvent) => void;
  #opened = false;
  /** `ahead`: by how many records the last announcement of an unpaced load ran ahead. */
  #intended = { to: 0, at: 0, ahead: 0 };
  #accepted = { to: 0, at: 0 };

  constructor(
    about: { run: string; stream: string; file: string; format: RecordFormat; text: TextKind; payloadLength: number },
    print: (event: LedgerEvent) => void,
  ) {
    this.#stream = about.stream;
    this.#opening = { ledger: 'stream', ...about };
    this.#print = print;
  }

  /** A load begins; with the first one, the stream. All its paces are told now: what is due is known from the start on. */
  load(paces: readonly Pace[]): void {
    this.#open();
    for (const { stage, ...pace } of paces)
      this.#print({ ledger: 'pace', stream: this.#stream, ...pace, ...(stage > 0 ? { stage } : {}) });
  }

  /** Before a write of the records from `from` up to `to`: announces these unless they are, and some of those up to the load's `end`. */
  intend(from: number, to: number, { end, perSecond, chunk }: { end: number; perSecond: number; chunk: number }): void {
    const last = this.#intended;
    if (to <= last.to) return;
    const at = Date.now();
    let ahead = Math.ceil((perSecond * WINDOW_MS) / 1000);
    if (perSecond === 0) {
      // Without a pace, how long the last window held tells how large the next must be.
      const held = at - last.at;
      ahead = held < WINDOW_MS / 2 ? Math.max(chunk, last.ahead * 2) : held > WINDOW_MS * 2 ? chunk : last.ahead;
    }
    this.#intended = { to: Math.max(to, Math.min(from + ahead, end)), at, ahead };
    this.#print({ ledger: 'intended', stream: this.#stream, to: this.#intended.to });
  }

  /** After a write: confirms the records below `to`, at once or, unless `now`, once a window has passed. */
  accept(to: number, now = false): void {
    const at = Date.now();
    if (to === this.#accepted.to || (!now && at - this.#accepted.at < WINDOW_MS)) return;
    this.#accepted = { to, at };
    this.#print({ ledger: 'accepted', stream: this.#stream, to, at });
  }

  rotated(how: string, seq: number): void {
    this.#print({ ledger: 'rotated', stream: this.#stream, how, seq, at: Date.now() });
  }

  /** The operating system took nothing for a while. */
  blocked(blockage: Blockage): void {
    this.#print({ ledger: 'blocked', stream: this.#stream, ...blockage });
  }

  done(sum: Sum): void {
    this.accept(sum.to, true);
    this.#print({ ledger: 'done', stream: this.#stream, ...sum, at: Date.now() });
  }

  /** Closes the ledger of a stream that began; with an `error` also of one that could not begin. */
  end(sum: Sum, reason: 'done' | 'SIGTERM' | 'error', error?: string): void {
    if (error !== undefined) this.#open();
    if (!this.#opened) return;
    this.accept(sum.to, true);
    this.#print({
      ledger: 'end',
      stream: this.#stream,
      ...sum,
      reason,
      at: Date.now(),
      ...(error === undefined ? {} : { error }),
    });
  }

  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#print({ ...this.#opening, at: Date.now() });
  }
}
