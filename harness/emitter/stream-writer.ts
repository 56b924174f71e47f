import type { LedgerEvent } from '../core/ledger.ts';
import { payloadLengthFor, type RecordFormat } from '../core/record.ts';
import { pacesOf, type Stage, stagesMs } from '../core/stages.ts';
import type { TextKind } from '../core/texts.ts';
import { Attempts } from './attempts.ts';
import { LineEncoder } from './encoder.ts';
import { printEvent, warn } from './ledger-writer.ts';
import type { LogFile, Rotation } from './log-file.ts';
import { type Pace, StreamLedger, type Sum } from './stream-ledger.ts';

/** Most bytes of one write. */
const CHUNK_BYTES = 256 * 1024;

export interface StreamOptions {
  run: string;
  stream: string;
  format: RecordFormat;
  /** What payloads are made of; `ascii` unless told. */
  text?: TextKind;
  /** Length of a line, newline included. */
  lineBytes: number;
  file: Pick<LogFile, 'path' | 'open' | 'append' | 'rotate' | 'close'>;
  /** Where the ledger goes; stdout unless told. */
  print?: (event: LedgerEvent) => void;
  warn?: (text: string) => void;
}

/** How a load is written, beside its pace. */
export interface LoadOptions {
  /** Whether the ledger is told of its end; true unless told. */
  sayDone?: boolean;
  /** When its first record is due, ms since the epoch; now unless told. */
  at?: number;
  /** What its lines say beside the time at which they are due, ms. */
  shiftMs?: number;
  /** Leaves the newline of its last line out; nothing can follow it. */
  openEnded?: boolean;
}

/** Writes the records of one stream as they fall due, and says so in the ledger. What fails is tried again, for ever. */
export class StreamWriter {
  readonly #file: StreamOptions['file'];
  readonly #encoder: LineEncoder;
  readonly #ledger: StreamLedger;
  readonly #attempts: Attempts;
  readonly #buffer: Buffer;
  readonly #chunkLines: number;
  #pace: Pace = { from: 0, at: 0, perSecond: 0, shiftMs: 0, stage: 0 };
  /** Paces of the load that come after this one. */
  #paces: Pace[] = [];
  /** `end`: seq, exclusive. `until`: not over before, ms since the epoch. `sayDone`: whether the ledger is told. */
  #load = { end: 0, until: 0, running: false, sayDone: false, openEnded: false };
  #written = 0;
  /** Bytes of the next record that stand in the file already: a write may take a part of a line. */
  #tornBytes = 0;
  #rotatedAt = 0;
  /** The longest lateness, ms: in this load, and in those before. */
  #lateMs = 0;
  #lateBeforeMs = 0;

  constructor({ run, stream, format, text = 'ascii', lineBytes, file, ...out }: StreamOptions) {
    const shape = { run, stream, format, text, payloadLength: payloadLengthFor(format, run, stream, lineBytes, text) };
    this.#file = file;
    this.#encoder = new LineEncoder(shape);
    this.#ledger = new StreamLedger({ ...shape, file: file.path }, out.print ?? printEvent);
    this.#attempts = new Attempts(file.path, out.warn ?? warn, (blockage) => this.#ledger.blocked(blockage));
    this.#chunkLines = Math.max(1, Math.floor(CHUNK_BYTES / this.#encoder.lineBytes));
    this.#buffer = Buffer.alloc(this.#chunkLines * this.#encoder.lineBytes);
  }

  /** Whether all records of the load are written, none of them in part. */
  get finished(): boolean {
    return !this.#load.running;
  }

  /** From `at` on `count` more records are due, at `perSecond`; 0: all of them then. */
  start(count: number, perSecond: number, options: LoadOptions = {}): void {
    const at = options.at ?? Date.now();
    this.#begin([{ from: this.#written, at, perSecond, stage: 0 }], this.#written + count, at, options);
  }

  /** The same for the `share` that this stream has of a load in stages; a pause at the end is waited for. */
  startStages(stages: readonly Stage[], share: number, options: LoadOptions = {}): void {
    const at = options.at ?? Date.now();
    const { paces, end } = pacesOf(stages, share, { from: this.#written, at });
    this.#begin(paces, end, at + stagesMs(stages), options);
  }

  #begin(paces: Omit<Pace, 'shiftMs'>[], end: number, until: number, options: LoadOptions): void {
    const { sayDone = true, shiftMs = 0, openEnded = false } = options;
    this.#load = { end, until, running: true, sayDone, openEnded };
    const all = paces.map((pace) => ({ ...pace, shiftMs }));
    this.#ledger.load(all);
    [this.#pace, ...this.#paces] = all as [Pace, ...Pace[]];
  }

  /** Leaves out what is not written yet, but for the rest of a torn line. */
  cutShort(sayDone: boolean): void {
    this.#load.sayDone &&= sayDone;
    this.#load.openEnded &&= this.#written >= this.#load.end;
    this.#load.end = Math.min(this.#load.end, this.#written + (this.#tornBytes > 0 ? 1 : 0));
    this.#load.until = 0;
  }

  /** Writes what is due, at most a chunk; true when more is due at once. */
  step(): boolean {
    const now = Date.now();
    if (!this.#load.running || this.#attempts.blocked(now)) return false;
    const to = this.#due(now);
    const wrote = this.#written < to && this.#write(to);
    if (this.#written >= this.#load.end && now >= this.#load.until) this.#finish();
    // When the last record of a stage was written is told exactly: by it the stage is judged.
    else this.#ledger.accept(this.#written, this.#written === this.#stageEnd);
    if (this.#written === this.#stageEnd) this.#pace = this.#paces.shift() ?? this.#pace;
    return wrote && this.#written < this.#due(now);
  }

  /** False when it must be tried again: while a line is torn, before a running load wrote into the file, after an error. */
  rotate(how: Rotation): boolean {
    const empty = this.#load.running && this.#written === this.#rotatedAt;
    if (empty || this.#tornBytes > 0 || this.#attempts.blocked(Date.now())) return false;
    this.#ledger.accept(this.#written, true);
    const rotatedAt = this.#written;
    if (!this.#attempts.make('rotate', () => this.#file.rotate(how, () => this.step()))) return false;
    this.#rotatedAt = this.#written;
    this.#ledger.rotated(how, rotatedAt);
    // Where this fails, the next write creates the file.
    this.#attempts.make('create', () => this.#file.open());
    return true;
  }

  /** The process is done with this stream. */
  end(reason: 'done' | 'SIGTERM' | 'error', error?: string): void {
    this.#attempts.giveUp();
    this.#file.close();
    this.#ledger.end(this.#sum(Math.max(this.#lateMs, this.#lateBeforeMs)), reason, error);
  }

  #write(to: number): boolean {
    const { lineBytes } = this.#encoder;
    const first = this.#written;
    const stop = Math.min(to, first + this.#chunkLines);
    this.#ledger.intend(first, stop, {
      end: this.#load.end,
      perSecond: this.#pace.perSecond,
      chunk: this.#chunkLines,
    });
    let end = 0;
    for (let seq = first; seq < stop; seq++) {
      end = this.#encoder.encode(this.#buffer, end, seq, Math.round(this.#dueAt(seq)) + this.#pace.shiftMs);
    }
    if (this.#load.openEnded && stop === this.#load.end) end--;
    return this.#attempts.make('write to', () => {
      const total = this.#tornBytes + this.#file.append(this.#buffer, this.#tornBytes, end);
      this.#written = total === end ? stop : first + Math.floor(total / lineBytes);
      this.#tornBytes = total === end ? 0 : total % lineBytes;
      if (this.#pace.perSecond > 0) this.#lateMs = Math.max(this.#lateMs, Date.now() - this.#dueAt(first));
    });
  }

  #finish(): void {
    this.#load.running = false;
    if (this.#load.sayDone) this.#ledger.done(this.#sum(this.#lateMs));
    else this.#ledger.accept(this.#written, true);
    this.#lateBeforeMs = Math.max(this.#lateBeforeMs, this.#lateMs);
    this.#lateMs = 0;
  }

  #sum(lateMs: number): Sum {
    return { to: this.#written, lateMs: Math.max(0, Math.round(lateMs)) };
  }

  /** Seq, exclusive, at which the stage or the load ends. */
  get #stageEnd(): number {
    return Math.min(this.#load.end, this.#paces[0]?.from ?? Number.POSITIVE_INFINITY);
  }

  /** Seq below which all records of the stage are due. */
  #due(now: number): number {
    const { from, at, perSecond } = this.#pace;
    return perSecond === 0
      ? this.#stageEnd
      : Math.min(this.#stageEnd, from + Math.floor(((now - at) * perSecond) / 1000) + 1);
  }

  #dueAt(seq: number): number {
    const { from, at, perSecond } = this.#pace;
    return perSecond === 0 ? at : at + ((seq - from) * 1000) / perSecond;
  }
}
