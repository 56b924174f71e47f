import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  carriesPayload,
  identitiesIn,
  payloadLengthFor,
  payloadOf,
  type RecordFormat,
  type RecordIdentity,
  recordId,
  recordLine,
} from './record.ts';

const TIME = '2026-11-24T12:34:56.789Z';
const identity: fc.Arbitrary<RecordIdentity> = fc.record({
  run: fc.stringMatching(/^r[a-z0-9]{1,9}$/),
  stream: fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,40}$/),
  seq: fc.nat(999_999_999),
});
const format = fc.constantFrom<RecordFormat>('json', 'text');
const length = fc.integer({ min: 20, max: 300 });
/** Text in which no id can start or go on. */
const noise = fc.string().map((text) => text.replaceAll(/[\d/]/g, '_'));

test('ids are found in any text, in order, also where a serializer escaped the slashes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, identity, fc.boolean())), noise, (parts, end) => {
      const written = parts.map(
        ([before, id, escaped]) => `${before} ${escaped ? recordId(id).replaceAll('/', '\\/') : recordId(id)}`,
      );
      expect(identitiesIn(`${written.join(' ')} ${end}`)).toEqual(parts.map(([, id]) => id));
    }),
  );
});

test('a number that is too short or too long is no seq', () => {
  expect(identitiesIn('r1/s/00000001')).toEqual([]);
  expect(identitiesIn('r1/s/0000000001')).toEqual([]);
});

test('a payload has its length, its ends, and nothing that JSON would escape', () => {
  fc.assert(
    fc.property(identity, fc.integer({ min: 2, max: 200_000 }), ({ stream, seq }, characters) => {
      const payload = payloadOf(stream, seq, characters);
      expect(payload).toHaveLength(characters);
      expect(/^\[[a-z ]*\]$/.test(payload)).toBe(true);
      expect(payloadOf(stream, seq, characters)).toBe(payload);
    }),
  );
});

test('neighbours, and the same seq of other streams, have payloads that differ', () => {
  fc.assert(
    fc.property(identity, fc.integer({ min: 1, max: 65_535 }), length, ({ stream, seq }, apart, characters) => {
      expect(payloadOf(stream, seq + apart, characters)).not.toBe(payloadOf(stream, seq, characters));
      expect(payloadOf(`${stream}x`, seq, characters)).not.toBe(payloadOf(stream, seq, characters));
    }),
  );
});

test('a line is as long as it was asked to be, whatever its seq', () => {
  fc.assert(
    fc.property(identity, format, fc.integer({ min: 200, max: 70_000 }), (id, as, bytes) => {
      const line = recordLine(as, id, TIME, payloadLengthFor(as, id.run, id.stream, bytes));
      expect(Buffer.byteLength(`${line}\n`)).toBe(bytes);
      if (as === 'json') expect(JSON.parse(line)).toMatchObject({ id: recordId(id), time: TIME });
    }),
  );
});

test('the payload or the line is whole; cut, bent or grown by anything, it is not', () => {
  const change = fc.record({ at: fc.nat(), kind: fc.constantFrom('cut off', 'cut out', 'bent', 'grown') });
  fc.assert(
    fc.property(identity, format, length, fc.boolean(), change, (id, as, characters, line, { at, kind }) => {
      const text = line ? recordLine(as, id, TIME, characters) : payloadOf(id.stream, id.seq, characters);
      expect(carriesPayload(text, id, characters)).toBe(true);
      if (line) expect(carriesPayload(`${text}\n`, id, characters)).toBe(true);
      // Time and level are no part of the proof, beyond their shape.
      const from = line ? text.indexOf(recordId(id)) : 0;
      const place = from + (at % (text.length - from));
      const changed = {
        'cut off': text.slice(0, place),
        'cut out': text.slice(0, place) + text.slice(place + 1),
        bent: `${text.slice(0, place)}#${text.slice(place + 1)}`,
        grown: `${text.slice(0, place)}#${text.slice(place)}`,
      }[kind];
      expect(carriesPayload(changed, id, characters)).toBe(false);
    }),
  );
});

test('what stands before the id is the line’s own, or was parsed out of it: the rest of another line is neither', () => {
  const id = { run: 'r1', stream: 'pod.0.0', seq: 7 };
  const [json, text] = (['json', 'text'] as const).map((as) => recordLine(as, id, TIME, 30)) as [string, string];
  const carries = (line: string) => carriesPayload(line, id, 30);
  expect([json, text, text.slice(25), text.slice(30)].map(carries)).toEqual([true, true, true, true]);
  const torn = [
    json.slice(1),
    json.slice(20),
    `{"time":"2026-11${json}`,
    text.slice(3),
    text.slice(27),
    `${TIME} ${text}`,
  ];
  expect(torn.map(carries)).toEqual(torn.map(() => false));
});
