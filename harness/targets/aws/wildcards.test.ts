import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fits } from './wildcards.ts';

test.each([
  ['efk-harness*', 'efk-harness', true],
  ['efk-harness*', 'efk-harness-3', true],
  ['efk-harness-?', 'efk-harness-3', true],
  ['efk-harness-?', 'efk-harness', false],
  ['a.c', 'abc', false],
  ['*', '', true],
  ['?', '', false],
  ['a', 'ab', false],
  ['[ab]', 'a', false],
  ['Efk', 'efk', false],
  ['?', '🪵', true],
])('%s and %s: %s', (pattern, text, expected) => expect(fits(pattern, text)).toBe(expected));

test('any part of a text may be left to a star, any character to a question mark', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '[', '\\', '^', '-', '한'), maxLength: 12 });
  fc.assert(
    fc.property(word, word, word, (before, within, after) => {
      expect(fits(`${before}*${after}`, before + within + after)).toBe(true);
      expect(fits(before + '?'.repeat([...within].length) + after, before + within + after)).toBe(true);
      expect(fits(before, before + within)).toBe(within === '');
    }),
  );
});
