/**
 * A Record is one log line. Its identity is run · stream · seq; its payload is a pure function of that identity, so a
 * delivered copy can be checked without keeping the original.
 */
export interface RecordIdentity {
  /** One harness run of one scenario: lower-case letters and digits, so that every analyzer keeps it as one token. */
  run: string;
  /** One emitter process writing one file: `<pod>.<boot>.<file number>`. */
  stream: string;
  /** Position in the stream, from 0. */
  seq: number;
}

/** `json`: one JSON object a line. `text`: plain text, as the application of the 2020 description wrote. */
export type RecordFormat = 'json' | 'text';

/** Digits of a seq inside an id; fixed, so that every line of a stream has the same length. */
export const SEQ_DIGITS = 9;
const BLOCK = 1 << 16;

/** `<run>/<stream>/<seq>`, the seq padded to {@link SEQ_DIGITS}. Also the document id that `delivered` indexes under. */
export function recordId({ run, stream, seq }: RecordIdentity): string {
  return `${run}/${stream}/${String(seq).padStart(SEQ_DIGITS, '0')}`;
}

/** Finds ids in any text, also where a serializer escaped the slashes. */
export const ID_PATTERN = /([a-z0-9]+)\\?\/([a-z0-9.-]+)\\?\/(\d{9})(?!\d)/g;

/** Every identity named in a text, in order. */
export function identitiesIn(text: string): RecordIdentity[] {
  return Array.from(text.matchAll(ID_PATTERN), (m) => ({ run: m[1]!, stream: m[2]!, seq: Number(m[3]) }));
}

/** 128 KiB of words (one 64 KiB block, twice) from a fixed generator; needs no escaping in JSON. */
export const WORDS: string = makeWords();

/** Where in {@link WORDS} the payload of a record starts. */
export function payloadOffset(stream: string, seq: number): number {
  return (hash(stream) + seq * 7919) % BLOCK;
}

/** The payload: `length` characters (at least 2), `[` and `]` at its ends so that trimming would show. */
export function payloadOf(stream: string, seq: number, length: number): string {
  return payloadAt(payloadOffset(stream, seq), length);
}

function payloadAt(offset: number, length: number): string {
  let body = WORDS.slice(offset, offset + Math.min(length - 2, BLOCK));
  while (body.length < length - 2) body += WORDS.slice(offset, offset + Math.min(length - 2 - body.length, BLOCK));
  return `[${body}]`;
}

/** The line of a record without its newline; `time` is the intended write time as ISO 8601 with milliseconds, UTC. */
export function recordLine(
  format: RecordFormat,
  identity: RecordIdentity,
  time: string,
  payloadLength: number,
): string {
  const id = recordId(identity);
  const payload = payloadOf(identity.stream, identity.seq, payloadLength);
  return format === 'json'
    ? `{"time":"${time}","level":"info","id":"${id}","message":"${payload}"}`
    : `${time} INFO ${id} ${payload}`;
}

/** Characters of payload that make a line of `lineBytes` (newline included); never fewer than 2. */
export function payloadLengthFor(format: RecordFormat, run: string, stream: string, lineBytes: number): number {
  const empty = recordLine(format, { run, stream, seq: 0 }, new Date(0).toISOString(), 2).length - 2;
  return Math.max(2, lineBytes - empty - 1);
}

/**
 * What may stand before a record's id: all that its emitter wrote there, or what is left of a text line once a pipeline has parsed time and level
 * out of it. Anything else is the rest of another line.
 */
const BEFORE_ID = {
  json: /^\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"(?:info|warn)",$/,
  text: /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z )?(?:(?:INFO|WARN) )?$/,
};

/** Whether a delivered text carries this record's payload whole: the payload itself, or the line it stood in, and nothing besides. */
export function carriesPayload(text: string, identity: RecordIdentity, payloadLength: number): boolean {
  const payload = payloadOf(identity.stream, identity.seq, payloadLength);
  if (text.length === payload.length) return text === payload;
  const id = recordId(identity);
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  const isLine = (format: RecordFormat, end: string) =>
    line.endsWith(end) && BEFORE_ID[format].test(line.slice(0, -end.length));
  return isLine('json', `"id":"${id}","message":"${payload}"}`) || isLine('text', `${id} ${payload}`);
}

/** FNV-1a, 32 bit. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

function makeWords(): string {
  let state = 42;
  let block = '';
  while (block.length < BLOCK) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const length = 3 + ((state >>> 28) % 7);
    for (let i = 0; i < length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      block += String.fromCharCode(97 + ((state >>> 24) % 26));
    }
    block += ' ';
  }
  const once = block.slice(0, BLOCK);
  return once + once;
}
