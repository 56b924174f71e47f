import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carriesPayload, payloadLengthFor, payloadOf, recordLine } from '../core/record.ts';
import { TEXT_KINDS } from '../core/texts.ts';
import { LineEncoder } from './encoder.ts';

const RUN = 'r123456789';
const line = fc.record({
  format: fc.constantFrom('json' as const, 'text' as const),
  text: fc.constantFrom(...TEXT_KINDS),
  stream: fc.stringMatching(/^[a-z0-9.-]{1,40}$/),
  length: fc.oneof(fc.integer({ min: 2, max: 400 }), fc.integer({ min: 65_000, max: 2 ** 20 })),
  seqs: fc.array(
    fc.record({ seq: fc.integer({ min: 0, max: 999_999_999 }), time: fc.integer({ min: 0, max: 4e12 }) }),
    { minLength: 1, maxLength: 4 },
  ),
});

test('every encoded line is what a record’s line is, byte for byte', () => {
  fc.assert(
    fc.property(line, ({ format, text, stream, length, seqs }) => {
      const encoder = new LineEncoder({ format, run: RUN, stream, text, payloadLength: length });
      const target = Buffer.alloc(encoder.lineBytes * seqs.length);
      let at = 0;
      for (const { seq, time } of seqs) at = encoder.encode(target, at, seq, time);
      const expected = seqs.map(
        ({ seq, time }) =>
          `${recordLine(format, { run: RUN, stream, seq }, new Date(time).toISOString(), length, text)}\n`,
      );
      expect(target.equals(Buffer.from(expected.join('')))).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('a payload has the bytes that were asked for, and a line too, but for the escapes of one unit', () => {
  fc.assert(
    fc.property(line, fc.integer({ min: 400, max: 70_000 }), ({ format, text, stream, length, seqs }, lineBytes) => {
      for (const { seq } of seqs) expect(Buffer.byteLength(payloadOf(stream, seq, length, text))).toBe(length);
      const payloadLength = payloadLengthFor(format, RUN, stream, lineBytes, text);
      const encoder = new LineEncoder({ format, run: RUN, stream, text, payloadLength });
      const least = format === 'json' && text === 'stack-trace' ? lineBytes - 2 : lineBytes;
      expect(encoder.lineBytes).toBeGreaterThanOrEqual(least);
      expect(encoder.lineBytes).toBeLessThanOrEqual(lineBytes);
    }),
    { numRuns: 200 },
  );
});

test.each(TEXT_KINDS)('of %s, one changed, lost or added character is seen, in the field and in the line', (text) => {
  const spot = fc.record({ seq: fc.nat(100_000), at: fc.double({ min: 0, max: 0.999, noNaN: true }) });
  fc.assert(
    fc.property(spot, fc.constantFrom('json' as const, 'text' as const), ({ seq, at }, format) => {
      const identity = { run: RUN, stream: 'pod.b.1', seq };
      const payload = payloadOf(identity.stream, seq, 500, text);
      const written = recordLine(format, identity, '2026-11-24T00:00:00.000Z', 500, text);
      const intact = (whole: string) => carriesPayload(whole, identity, 500, text);
      expect([intact(payload), intact(written), intact(`${written}\n`)]).toEqual([true, true, true]);
      const bent = Math.floor(at * payload.length);
      const [head, tail] = [payload.slice(0, bent), payload.slice(bent + 1)];
      for (const one of [`${head}#${tail}`, head + tail, `${head}#${payload.slice(bent)}`]) {
        expect(intact(one)).toBe(false);
        expect(
          intact(
            written.slice(0, written.indexOf('[')) +
              (format === 'json' ? JSON.stringify(one).slice(1, -1) : one) +
              (format === 'json' ? '"}' : ''),
          ),
        ).toBe(false);
      }
    }),
  );
});
