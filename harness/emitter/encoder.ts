import { payloadOffset, type RecordFormat, recordLine, SEQ_DIGITS, WORDS } from '../core/record.ts';

const WORD_BYTES = Buffer.from(WORDS, 'latin1');
const BLOCK = WORD_BYTES.length / 2;
const ZERO = 48;

/**
 * Encodes the records of one stream, many into one buffer. Every line of a stream has the same length, so only seq,
 * payload and, when its millisecond changes, time are patched into a template. Says what {@link recordLine} says.
 */
export class LineEncoder {
  /** Bytes of one line, newline included. */
  readonly lineBytes: number;
  readonly #template: Buffer;
  readonly #seqAt: number;
  readonly #timeAt: number;
  readonly #bodyAt: number;
  readonly #bodyLength: number;
  readonly #stream: string;
  #timeMs = Number.NaN;

  constructor(format: RecordFormat, run: string, stream: string, payloadLength: number) {
    const epoch = new Date(0).toISOString();
    const line = `${recordLine(format, { run, stream, seq: 0 }, epoch, payloadLength)}\n`;
    this.#template = Buffer.from(line, 'latin1');
    this.lineBytes = this.#template.length;
    this.#stream = stream;
    this.#timeAt = line.indexOf(epoch);
    this.#seqAt = line.indexOf(`${run}/${stream}/`) + run.length + stream.length + 2;
    this.#bodyAt = line.indexOf('[', this.#seqAt) + 1;
    this.#bodyLength = payloadLength - 2;
  }

  /** Puts the line of `seq`, due at `timeMs` (whole ms since the epoch), into `target` at `at`; returns where the next one goes. */
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
    const offset = payloadOffset(this.#stream, seq);
    for (let done = 0; done < this.#bodyLength; done += BLOCK) {
      WORD_BYTES.copy(template, this.#bodyAt + done, offset, offset + Math.min(BLOCK, this.#bodyLength - done));
    }
    target.set(template, at);
    return at + this.lineBytes;
  }
}
