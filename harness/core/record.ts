import { type TextKind, textOf } from './texts.ts';

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

/** How many units further a record's payload starts than that of the record before; prime, so that all units have their turn. */
export const PAYLOAD_STEP = 7919;

/** Which unit of its kind's text a record's payload starts with, from 0. */
export function payloadOffset(stream: string, seq: number, kind: TextKind = 'ascii'): number {
  return (hash(stream) + seq * PAYLOAD_STEP) % textOf(kind).units;
}

/** The payload: `length` bytes of UTF-8 (at least 2), `[` and `]` at its ends so that trimming would show; dots where no whole unit fits. */
export function payloadOf(stream: string, seq: number, length: number, kind: TextKind = 'ascii'): string {
  const { twice, units, unit } = textOf(kind);
  const start = payloadOffset(stream, seq, kind) * unit.characters;
  const { whole, rest } = partsOf(length, kind);
  const parts: string[] = [];
  for (let left = whole; left > 0; left -= units)
    parts.push(twice.slice(start, start + Math.min(left, units) * unit.characters));
  return `[${parts.join('')}${'.'.repeat(rest)}]`;
}

/** How many whole units a payload of `length` bytes has, and the bytes left over between its brackets. */
export function partsOf(length: number, kind: TextKind): { whole: number; rest: number } {
  const { bytes } = textOf(kind).unit;
  return { whole: Math.floor((length - 2) / bytes), rest: (length - 2) % bytes };
}

/** The level that a record is written with, in lower case: every tenth is a warning. Equally long, as every line of a stream is. */
export function levelOf(seq: number): 'info' | 'warn' {
  return seq % 10 === 9 ? 'warn' : 'info';
}

/** The line of a record without its newline; `time` is the intended write time as ISO 8601 with milliseconds, UTC. */
export function recordLine(
  format: RecordFormat,
  identity: RecordIdentity,
  time: string,
  payloadLength: number,
  kind: TextKind = 'ascii',
): string {
  const { stream, seq } = identity;
  const [id, level, payload] = [recordId(identity), levelOf(seq), payloadOf(stream, seq, payloadLength, kind)];
  return format === 'json'
    ? `{"time":"${time}","level":"${level}","id":"${id}","message":${JSON.stringify(payload)}}`
    : `${time} ${level.toUpperCase()} ${id} ${payload}`;
}

/**
 * Bytes of payload that make a line of `lineBytes` (newline included); never fewer than 2. Where the text has escapes in JSON, a line may come out
 * shorter by as many bytes as one unit's escapes take.
 */
export function payloadLengthFor(
  format: RecordFormat,
  run: string,
  stream: string,
  lineBytes: number,
  kind: TextKind = 'ascii',
): number {
  const empty = recordLine(format, { run, stream, seq: 0 }, new Date(0).toISOString(), 2).length - 2;
  const { bytes, jsonBytes } = textOf(kind).unit;
  const written = format === 'json' ? jsonBytes : bytes;
  const room = Math.max(0, lineBytes - empty - 1 - 2);
  return 2 + Math.floor(room / written) * bytes + Math.min(room % written, bytes - 1);
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
export function carriesPayload(
  text: string,
  identity: RecordIdentity,
  payloadLength: number,
  kind: TextKind = 'ascii',
): boolean {
  const payload = payloadOf(identity.stream, identity.seq, payloadLength, kind);
  if (text.length === payload.length) return text === payload;
  const id = recordId(identity);
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  const isLine = (format: RecordFormat, end: string) =>
    line.endsWith(end) && BEFORE_ID[format].test(line.slice(0, -end.length));
  return isLine('json', `"id":"${id}","message":${JSON.stringify(payload)}}`) || isLine('text', `${id} ${payload}`);
}

/** FNV-1a, 32 bit. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}
