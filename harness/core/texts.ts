/** What a record may say: English words, Korean ones, or a Java stack trace of many lines. */
export const TEXT_KINDS = ['ascii', 'korean', 'stack-trace'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

/**
 * A text that payloads are cut from: equal units, one after another. All units of a text take the same number of characters and of bytes, so that
 * payloads of one length make lines of one length, wherever they are cut.
 */
export interface Text {
  /** The units twice over: a cut may start at any unit of the first half. */
  twice: string;
  /** How many units, and how long each is: in characters, in UTF-8 bytes, in bytes of a JSON string. */
  units: number;
  unit: { characters: number; bytes: number; jsonBytes: number };
}

/** Bytes of English words, and units of other texts. */
const BLOCK = 1 << 16;
const UNITS = 1 << 10;

const MADE = new Map<TextKind, Text>();

/** The text of a kind; made when first asked for. */
export function textOf(kind: TextKind): Text {
  const made = MADE.get(kind) ?? make(kind);
  MADE.set(kind, made);
  return made;
}

function make(kind: TextKind): Text {
  const next = generator();
  // Of lower-case words every character is a unit: they can be cut anywhere.
  const units = kind === 'ascii' ? [...words(next)] : many(kind === 'korean' ? koreanWord : traceLine, next);
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  const [first] = units as [string];
  const jsonBytes = bytes(JSON.stringify(first)) - 2;
  return {
    twice: units.join('').repeat(2),
    units: units.length,
    unit: { characters: first.length, bytes: bytes(first), jsonBytes },
  };
}

/** Whole numbers below `below`, always the same ones. */
type Next = (below: number) => number;

function generator(): Next {
  let state = 42;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 24) % below;
  };
}

function many(make: (next: Next) => string, next: Next): string[] {
  return Array.from({ length: UNITS }, () => make(next));
}

/** 64 KiB of words of lower-case letters, which need no escaping in JSON. */
function words(next: Next): string {
  let block = '';
  while (block.length < BLOCK) {
    for (let left = 3 + next(7); left > 0; left--) block += String.fromCharCode(97 + next(26));
    block += ' ';
  }
  return block.slice(0, BLOCK);
}

const FIRST_SYLLABLE = 0xac00;
const SYLLABLES = 11_172;

/** Five Hangul syllables (three bytes each) and a space: 16 bytes. */
function koreanWord(next: Next): string {
  const syllable = () => String.fromCharCode(FIRST_SYLLABLE + (((next(256) << 8) + next(256)) % SYLLABLES));
  return `${Array.from({ length: 5 }, syllable).join('')} `;
}

/** One line of a Java stack trace behind a newline: 61 bytes, two more in JSON, where newline and tab are escaped. */
function traceLine(next: Next): string {
  const two = () => String(10 + next(90));
  const [name, method, line] = [two(), two(), two() + two()];
  return `\n\tat com.docswave.app.Service${name}.handle${method}(Service${name}.java:${line})`;
}
