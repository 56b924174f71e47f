import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { fakeStack } from '../fake-stack.ts';
import { documentOf, lookAtEngine, queryFor } from './engine-look.ts';

describe('the document of a line', () => {
  test('is asked for by the id of its record, by its message, or by its text', () => {
    const id = 'run1/pod.0.1/000000042';
    expect(JSON.stringify(queryFor(`{"id":"${id}","message":"hello"}`))).toContain(`"ids":{"values":["${id}"]}`);
    expect(queryFor('{"message":"hello there"}')).toEqual({ match_phrase: { message: 'hello there' } });
    expect(queryFor('hello {')).toEqual({ match_phrase: { message: 'hello {' } });
    expect(queryFor(`${'word '.repeat(39)}and a torn-word`)).toEqual({
      match_phrase: { message: `${'word '.repeat(39)}and ` },
    });
  });

  test('is the one nearest to its writing, where lines of the same words stand at other times', async () => {
    await using stack = await fakeStack('');
    const writtenAt = Date.parse('2026-11-25T12:00:00Z');
    const at = (timestamp: unknown) => ({ _index: 'i', _id: 'x', _source: { '@timestamp': timestamp } });
    stack.says.documents = () => [at('2026-11-25T21:00:00.000Z'), at(undefined), at('2026-11-25T12:00:01.000Z')];
    const line = { line: 'ok', writtenAt };
    expect(await documentOf(stack.addresses.engine, line)).toEqual({
      index: 'i',
      timestamp: '2026-11-25T12:00:01.000Z',
    });
    stack.says.documents = () => [];
    expect(await documentOf(stack.addresses.engine, line)).toBeUndefined();
  });
});

test('an engine that is away, or refuses, is told of', async () => {
  await expect(lookAtEngine('http://127.0.0.1:1')).rejects.toThrow(
    'the engine does not answer at http://127.0.0.1:1: ',
  );
  const server = createServer((_, response) => response.writeHead(503).end('{"error":"no master"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(lookAtEngine(url)).rejects.toThrow(/^the engine refuses \/_\S+: 503 \{"error":"no master"\}$/);
  server.close();
});
