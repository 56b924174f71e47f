import {
  levelOf,
  PAYLOAD_STEP,
  partsOf,
  payloadOffset,
  type RecordFormat,
  recordId,
  recordLine,
  SEQ_DIGITS,
} from '../core/record.ts';
import { type TextKind, textOf } from '../core/texts.ts';

const ZERO = 48;

/** What every line of a stream has in common. */
export interface LineShape {
  format: RecordFormat;
  run: string;
  stream: string;
  /** What the payload is made of; `ascii` unless told. */
  text?: TextKind;
  /** Bytes of the payload, in UTF-8. */
  payloadLength: number;
}

/**
 * Encodes the records of one stream, many into one buffer. Every line of a stream has the same length, so only seq, level,
 * payload and, when its millisecond changes, time are patched into a template. Says what {@link recordLine} says.
 */
export class LineEncoder {
  /** Bytes of one line, newline included. */
  readonly lineBytes: number;
  readonly #template: Buffer;
  readonly #timeAt: number;
  readonly #levelAt: number;
  readonly #seqAt: number;
  readonly #bodyAt: number;
  /** Bytes of the payload's whole units as they stand in the line. */
  readonly #bodyLength: number;
  /** The text that payloads are cut from, as it stands in a line, twice over; its units, the bytes of one there, and the one that seq 0 starts with. */
  readonly #text: Buffer;
  readonly #block: number;
  readonly #units: number;
  readonly #unitBytes: number;
  readonly #firstUnit: number;
  readonly #capital: boolean;
  #level = levelOf(0);
  #timeMs = Number.NaN;

  constructor({ format, run, stream, text = 'ascii', payloadLength }: LineShape) {
    const epoch = new Date(0).toISOString();
    const first = { run, stream, seq: 0 };
    const line = `${recordLine(format, first, epoch, payloadLength, text)}\n`;
    const level = format === 'json' ? levelOf(0) : levelOf(0).toUpperCase();
    const { twice, units, unit } = textOf(text);
    this.#template = Buffer.from(line);
    this.lineBytes = this.#template.length;
    this.#capital = format === 'text';
    this.#timeAt = line.indexOf(epoch);
    this.#levelAt = line.indexOf(level, this.#timeAt + epoch.length);
    this.#seqAt = line.indexOf(recordId(first)) + recordId(first).length - SEQ_DIGITS;
    this.#bodyAt = line.indexOf('[', this.#seqAt) + 1;
    this.#text = Buffer.from(format === 'json' ? JSON.stringify(twice).slice(1, -1) : twice);
    this.#block = this.#text.length / 2;
    this.#units = units;
    this.#firstUnit = payloadOffset(stream, 0, text);
    this.#unitBytes = format === 'json' ? unit.jsonBytes : unit.bytes;
    this.#bodyLength = partsOf(payloadLength, text).whole * this.#unitBytes;
  }

  /** Puts the line of `seq`, saying `timeMs` (whole ms since the epoch), into `target` at `at`; returns where the next one goes. */
  encode(target: Buffer, at: number, seq: number, timeMs: number): number {
    const template = this.#template;
    if (timeMs !== this.#timeMs) {
      this.#timeMs = timeMs;
      template.write(new Date(timeMs).toISOString(), this.#timeAt, 'latin1');
    }
    const level = levelOf(seq);
    if (level !== this.#level) {
      this.#level = level;
      template.write(this.#capital ? level.toUpperCase() : level, this.#levelAt, 'latin1');
    }
    for (let digit = this.#seqAt + SEQ_DIGITS - 1, rest = seq; digit >= this.#seqAt; digit--) {
      const next = (rest / 10) | 0;
      template[digit] = ZERO + rest - next * 10;
      rest = next;
    }
    const block = this.#block;
    const offset = ((this.#firstUnit + seq * PAYLOAD_STEP) % this.#units) * this.#unitBytes;
    for (let done = 0; done < this.#bodyLength; done += block) {
      this.#text.copy(template, this.#bodyAt + done, offset, offset + Math.min(block, this.#bodyLength - done));
    }
    target.set(template, at);
    return at + this.lineBytes;
  }
}
