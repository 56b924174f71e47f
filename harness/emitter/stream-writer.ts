import { payloadLengthFor, type RecordFormat } from '../core/record.ts';
import { LineEncoder } from './encoder.ts';
import { printEvent } from './ledger-writer.ts';
import { LogFile, type Rotation } from './log-file.ts';

/** Bytes encoded ahead of one write. */
const CHUNK_BYTES = 256 * 1024;
/** Records are announced this far ahead, ms of the pace. */
const WINDOW_MS = 100;

export interface StreamOptions {
  run: string;
  stream: string;
  path: string;
  format: RecordFormat;
  /** Length of a line, newline included. */
  lineBytes: number;
  /** Rotated files that stay. */
  keep: number;
}

/** Writes the records of one stream and says so in the ledger. */
export class StreamWriter {
  readonly file: LogFile;
  readonly #options: StreamOptions;
  readonly #encoder: LineEncoder;
  readonly #payloadLength: number;
  readonly #buffer: Buffer;
  #pace = { from: 0, at: 0, perSecond: 0 };
  #written = 0;
  #announced = 0;
  #confirmed = 0;
  #confirmedAt = 0;
  #opened = false;
  #lateMs = 0;
  /** A line that was written in part: how many of its bytes are still owed. */
  #owed = 0;

  constructor(options: StreamOptions) {
    const { run, stream, format, lineBytes, path, keep } = options;
    this.#options = options;
    this.#payloadLength = payloadLengthFor(format, run, stream, lineBytes);
    this.#encoder = new LineEncoder(format, run, stream, this.#payloadLength);
    this.#buffer = Buffer.alloc(Math.max(CHUNK_BYTES, this.#encoder.lineBytes));
    this.file = new LogFile(path, keep);
  }

  /** Records written so far. */
  get written(): number {
    return this.#written;
  }

  /** Announces the stream, once. */
  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    const { run, stream, path, format } = this.#options;
    printEvent({ ledger: 'stream', run, stream, file: path, format, payloadLength: this.#payloadLength, at: Date.now() });
  }

  /** From here on records are due at `perSecond`; 0: all of them now. */
  setPace(perSecond: number): void {
    this.open();
    this.#pace = { from: this.#written, at: Date.now(), perSecond };
    printEvent({ ledger: 'pace', stream: this.#options.stream, ...this.#pace });
  }

  /** How many records are due by now, counted from the stream's start. */
  due(now: number): number {
    const { from, at, perSecond } = this.#pace;
    return perSecond === 0 ? Number.MAX_SAFE_INTEGER : from + Math.floor(((now - at) * perSecond) / 1000) + 1;
  }

  /**
   * Writes records up to `to` (exclusive), at most a chunk of them; `loadEnd` is where the load ends, up to which more may be announced. Returns whether
   * it wrote any. Throws what the file throws.
   */
  writeTo(to: number, loadEnd = to): boolean {
    if (this.#written >= to) return false;
    const lineBytes = this.#encoder.lineBytes;
    const count = Math.min(to - this.#written, Math.max(1, Math.floor(this.#buffer.length / lineBytes)));
    this.#announce(this.#written + count, loadEnd);
    let end = 0;
    for (let seq = this.#written; seq < this.#written + count; seq++) end = this.#encoder.encode(this.#buffer, end, seq, Math.round(this.#dueAt(seq)));
    const from = this.#owed === 0 ? 0 : lineBytes - this.#owed;
    const late = Date.now() - this.#dueAt(this.#written);
    const total = from + this.file.append(this.#buffer, from, end);
    this.#written += Math.floor(total / lineBytes);
    this.#owed = total % lineBytes === 0 ? 0 : lineBytes - (total % lineBytes);
    if (this.#pace.perSecond > 0) this.#lateMs = Math.max(this.#lateMs, late);
    if (Date.now() - this.#confirmedAt >= WINDOW_MS) this.confirm();
    return true;
  }

  /** Confirms in the ledger what the operating system took. */
  confirm(): void {
    if (this.#confirmed === this.#written) return;
    this.#confirmed = this.#written;
    this.#confirmedAt = Date.now();
    printEvent({ ledger: 'accepted', stream: this.#options.stream, to: this.#written, at: this.#confirmedAt });
  }

  /** Whether a line stands in the file in part. */
  get torn(): boolean {
    return this.#owed > 0;
  }

  rotate(how: Rotation): void {
    this.confirm();
    this.file.rotate(how);
    printEvent({ ledger: 'rotated', stream: this.#options.stream, how, seq: this.#written, at: Date.now() });
  }

  done(): void {
    this.confirm();
    printEvent({ ledger: 'done', stream: this.#options.stream, to: this.#written, lateMs: this.#lateMs, at: Date.now() });
    this.#lateMs = 0;
  }

  end(reason: 'done' | 'SIGTERM' | 'error', error?: string): void {
    if (!this.#opened) return;
    this.confirm();
    this.file.close();
    printEvent({ ledger: 'end', stream: this.#options.stream, to: this.#written, reason, lateMs: this.#lateMs, at: Date.now(), ...(error ? { error } : {}) });
  }

  #announce(atLeast: number, atMost: number): void {
    if (atLeast <= this.#announced) return;
    const ahead = this.#written + Math.ceil((this.#pace.perSecond * WINDOW_MS) / 1000);
    this.#announced = this.#pace.perSecond === 0 ? atLeast : Math.max(atLeast, Math.min(ahead, atMost));
    printEvent({ ledger: 'intended', stream: this.#options.stream, to: this.#announced });
  }

  #dueAt(seq: number): number {
    const { from, at, perSecond } = this.#pace;
    return perSecond === 0 ? at : at + ((seq - from) * 1000) / perSecond;
  }
}
