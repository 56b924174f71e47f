import { expect, test } from 'vitest';
import { carriesPayload, identitiesIn, payloadLengthFor } from '../../harness/core/record.ts';
import { splitBulk } from '../../harness/edge/bulk.ts';
import { bulkOf, LINE_BYTES, logOf, STREAM } from './lines.ts';

test('log lines are records of the run, all of one length', () => {
  const lines = logOf('r1', 5, 25).toString().split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => identitiesIn(line))).toEqual(
    Array.from({ length: 20 }, (_, i) => [{ run: 'r1', stream: STREAM, seq: 5 + i }]),
  );
  expect(new Set(lines.map(({ length }) => length + 1))).toEqual(new Set([LINE_BYTES]));
});

test('a bulk holds the same records as documents, each whole and named by its id', () => {
  const text = bulkOf('r1', 5, 8, 200).toString();
  const items = splitBulk(text);
  expect(items.map(({ identity }) => identity?.seq)).toEqual([5, 6, 7]);
  for (const { start, source, end, identity } of items) {
    const { _id } = JSON.parse(text.slice(start, source)).create;
    const document = JSON.parse(text.slice(source, end));
    expect(document.id).toBe(_id);
    expect(carriesPayload(document.message, identity!, payloadLengthFor('json', 'r1', STREAM, 200))).toBe(true);
    expect(Date.parse(document['@timestamp'])).toBe(Date.parse(document.time));
  }
});
