import { expect, test } from 'vitest';
import { wholeLines } from './whole-lines.ts';

test('lines come whole, however they came in, and what has no newline yet does not', () => {
  const text = Buffer.from('one\n\nzwölf\nthe rest');
  for (const length of [1, 3, 100]) {
    const lines: string[] = [];
    const take = wholeLines((line) => lines.push(line));
    for (let at = 0; at < text.length; at += length) take(text.subarray(at, at + length));
    expect(lines).toEqual(['one', '', 'zwölf']);
  }
});
