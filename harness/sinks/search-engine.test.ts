import { describe, expect, test } from 'vitest';
import { EnvironmentError } from '../core/trouble.ts';
import { fakeEngine, type Mishap } from './fake-engine.ts';
import { SearchEngineSink } from './search-engine.ts';

const DOCUMENTS = Array.from({ length: 25 }, (_, n) => ({ n }));

async function readWith(mishap: Mishap, at: number, documents: object[] = DOCUMENTS): Promise<unknown[]> {
  await using engine = await fakeEngine(documents, 10);
  engine.plan(mishap, at);
  const sink = new SearchEngineSink(engine.url, { slices: 1 });
  const read: unknown[] = [];
  try {
    await sink.read('r1', (page) => read.push(...page.map(({ source }) => source)));
  } finally {
    await sink.close();
  }
  return read;
}

describe('reading back', () => {
  test('takes every page', async () => {
    expect(await readWith('none', 0)).toEqual(DOCUMENTS);
  });

  test('takes a document with a key that clients may be warned of', async () => {
    const odd = [JSON.parse('{"__proto__":{"a":"1"},"constructor":{"prototype":"2"}}'), { n: 1 }];
    expect(JSON.stringify(await readWith('none', 0, odd))).toBe(JSON.stringify(odd));
  });

  const cases: [Mishap, number, RegExp][] = [
    ['dies', 1, /the engine failed while the records were read back: /],
    ['dies', 2, /the engine failed while the records were read back: /],
    ['dies', 4, /the engine failed while the records were read back: /],
    ['answer lost', 2, /the engine failed while the records were read back: /],
    ['scroll forgotten', 3, /read back: search_phase_execution_exception/],
    ['shards lost', 1, /answered in part only: 2 of 4 shards failed/],
    ['shards lost', 2, /answered in part only: 2 of 4 shards failed/],
    ['ends early', 2, /handed out 10 of the 25 documents/],
  ];
  test.each(cases)('an engine with "%s" at answer %i is an error, never fewer records', async (mishap, at, message) => {
    const read = readWith(mishap, at);
    await expect(read).rejects.toThrow(message);
    await expect(read).rejects.toBeInstanceOf(EnvironmentError);
  });
});
