import { payloadOffset, recordLine, SEQ_DIGITS, WORDS, type RecordFormat } from '../core/record.ts';

const WORD_BYTES = Buffer.from(WORDS, 'latin1');
const BLOCK = WORD_BYTES.length / 2;
const ZERO = 48;

/** Encodes the records of one stream, many into one buffer: every line of a stream has the same length, so only seq, time and payload change. */
export class LineEncoder {
  /** Bytes of one line, newline included. */
  readonly lineBytes: number;
  readonly #stream: string;
  readonly #template: Buffer;
  readonly #seqAt: number;
  readonly #timeAt: number;
  readonly #bodyAt: number;
  readonly #bodyLength: number;
  readonly #firstOffset: number;
  #timeMs = Number.NaN;

  constructor(format: RecordFormat, run: string, stream: string, payloadLength: number) {
    const epoch = new Date(0).toISOString();
    const line = `${recordLine(format, { run, stream, seq: 0 }, epoch, payloadLength)}\n`;
    this.#template = Buffer.from(line, 'latin1');
    this.lineBytes = this.#template.length;
    this.#stream = stream;
    this.#seqAt = line.indexOf(`${run}/${stream}/`) + run.length + stream.length + 2;
    this.#timeAt = line.indexOf(epoch);
    this.#bodyAt = line.indexOf('[', this.#seqAt) + 1;
    this.#bodyLength = payloadLength - 2;
    this.#firstOffset = payloadOffset(stream, 0);
  }

  /** Writes the line of `seq`, due at `timeMs` (whole ms since the epoch), into `target` at `at`. Returns where the next line goes. */
  encode(target: Buffer, at: number, seq: number, timeMs: number): number {
    const template = this.#template;
    if (timeMs !== this.#timeMs) {
      this.#timeMs = timeMs;
      template.write(new Date(timeMs).toISOString(), this.#timeAt, 'latin1');
    }
    for (let digit = this.#seqAt + SEQ_DIGITS - 1, rest = seq; digit >= this.#seqAt; digit--) {
      const next = (rest / 10) | 0;
      template[digit] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#fillBody(seq);
    target.set(template, at);
    return at + this.lineBytes;
  }

  #fillBody(seq: number): void {
    const offset = (this.#firstOffset + seq * 7919) % BLOCK;
    for (let done = 0; done < this.#bodyLength; done += BLOCK) {
      const length = Math.min(BLOCK, this.#bodyLength - done);
      WORD_BYTES.copy(this.#template, this.#bodyAt + done, offset, offset + length);
    }
  }

  /** The stream that the lines belong to. */
  get stream(): string {
    return this.#stream;
  }
}
