import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordLine } from '../core/record.ts';
import { LineEncoder } from './encoder.ts';

const RUN = 'r123456789';
const line = fc.record({
  format: fc.constantFrom('json' as const, 'text' as const),
  stream: fc.stringMatching(/^[a-z0-9.-]{1,40}$/),
  length: fc.oneof(fc.integer({ min: 2, max: 400 }), fc.integer({ min: 65_000, max: 2 ** 20 })),
  seqs: fc.array(
    fc.record({ seq: fc.integer({ min: 0, max: 999_999_999 }), time: fc.integer({ min: 0, max: 4e12 }) }),
    { minLength: 1, maxLength: 4 },
  ),
});

test('every encoded line is what a record’s line is, byte for byte', () => {
  fc.assert(
    fc.property(line, ({ format, stream, length, seqs }) => {
      const encoder = new LineEncoder(format, RUN, stream, length);
      const target = Buffer.alloc(encoder.lineBytes * seqs.length);
      let at = 0;
      for (const { seq, time } of seqs) at = encoder.encode(target, at, seq, time);
      const expected = seqs.map(
        ({ seq, time }) => `${recordLine(format, { run: RUN, stream, seq }, new Date(time).toISOString(), length)}\n`,
      );
      expect(target.toString('latin1')).toBe(expected.join(''));
    }),
    { numRuns: 100 },
  );
});
