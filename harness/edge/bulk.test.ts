import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { payloadLengthFor, recordLine } from '../core/record.ts';
import { splitBulk, verbOf } from './bulk.ts';

const identity = fc.record({
  run: fc.stringMatching(/^r[a-z0-9]{1,12}$/),
  stream: fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,30}$/),
  seq: fc.integer({ min: 0, max: 999_999_999 }),
});
const item = fc.record({
  identity: fc.option(identity, { nil: undefined }),
  verb: fc.constantFrom('index', 'create', 'delete'),
  text: fc.boolean(),
  noise: fc.string(),
});

function lines({ identity: id, verb, text, noise }: typeof item extends fc.Arbitrary<infer T> ? T : never): string {
  const action = JSON.stringify({ [verb]: { _index: 'logstash-2026.11.24', path: noise.replaceAll('/', '|') } });
  if (verb === 'delete') return `${action}\n`;
  const at = '2026-11-24T00:00:00.000Z';
  const length = id ? payloadLengthFor('json', id.run, id.stream, 200) : 0;
  const message = id ? recordLine(text ? 'text' : 'json', id, at, length) : 'a stranger';
  return `${action}\n${JSON.stringify({ message, '@log_name': 'docswave.applog' })}\n`;
}

describe('splitting a bulk', () => {
  test('items joined again are the body, each with the identity that stands in it', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (items) => {
        const body = Buffer.from(items.map(lines).join('')).toString('latin1');
        const found = splitBulk(body);
        expect(found.map(({ start, end }) => body.slice(start, end)).join('')).toBe(body);
        expect(found.map((one) => verbOf(body, one))).toEqual(items.map(({ verb }) => verb));
        expect(found.map((one) => one.identity)).toEqual(
          items.map(({ identity: id, verb }) => (verb === 'delete' ? undefined : id)),
        );
      }),
    );
  });

  test('a path before the id is not taken for one', () => {
    const id = 'r1/pod.0.0/000000007';
    const [found] = splitBulk(`{"index":{}}\n{"file":"/app/log/x","id":"${id}"}\n`);
    expect(found?.identity).toEqual({ run: 'r1', stream: 'pod.0.0', seq: 7 });
  });

  test('a last line without a newline is an item too', () => {
    expect(splitBulk('{"index":{}}\n{"message":"x"}')).toHaveLength(1);
  });
});
