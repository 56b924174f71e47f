import type { RecordIdentity } from '../core/record.ts';

/** One item of a `_bulk` body: where its lines lie in the body's text, newlines included. */
export interface BulkItem {
  start: number;
  /** Where the source line starts; equals `end` for a delete, which has none. */
  source: number;
  end: number;
  identity: RecordIdentity | undefined;
}

const REST_OF_ID = /\\?\/([a-z0-9.-]+)\\?\/(\d{9})(?!\d)/y;
const NAME = /^[a-z0-9]$/;

/** Splits a `_bulk` body, given one character a byte (latin1): joined again, the items are the body. */
export function splitBulk(text: string): BulkItem[] {
  const items: BulkItem[] = [];
  for (let start = 0; start < text.length; ) {
    const source = lineEnd(text, start);
    const bare = /^\s*\{\s*"delete"/.test(text.slice(start, Math.min(source, start + 40)));
    const end = bare ? source : lineEnd(text, source);
    items.push({ start, source, end, identity: identityIn(text, source, end) });
    start = end;
  }
  return items;
}

/** The first record id in a part of a text: every slash is looked at, as a slash is rarer than a word. */
export function identityIn(text: string, from: number, to: number): RecordIdentity | undefined {
  for (let slash = text.indexOf('/', from); slash >= 0 && slash < to; slash = text.indexOf('/', slash + 1)) {
    const nameEnd = text[slash - 1] === '\\' ? slash - 1 : slash;
    REST_OF_ID.lastIndex = nameEnd;
    const rest = REST_OF_ID.exec(text);
    if (!rest) continue;
    let nameStart = nameEnd;
    while (nameStart > from && NAME.test(text[nameStart - 1]!)) nameStart--;
    if (nameStart < nameEnd) return { run: text.slice(nameStart, nameEnd), stream: rest[1]!, seq: Number(rest[2]) };
  }
  return undefined;
}

/** The verb of an item's action line: `index`, `create`, `update` or `delete`. */
export function verbOf(text: string, { start }: BulkItem): string {
  return text.slice(start, start + 40).match(/"(\w+)"/)?.[1] ?? 'index';
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline + 1;
}
