import type { Client } from '@opensearch-project/opensearch';
import { expect, test } from 'vitest';
import { indexPrefixOf, indicesOf, removeIndicesOf } from './indices.ts';

/** A domain that lists what it is told to, and notes what is deleted. */
function domainWith(...names: string[]) {
  const deleted: string[] = [];
  const client = {
    cat: { indices: async () => ({ body: names.map((index) => ({ index })) }) },
    indices: { delete: async ({ index }: { index: string }) => void deleted.push(index) },
  };
  return { client: client as unknown as Client, deleted };
}

test('of a run its own indices are removed by their names, and nothing else that the domain lists', async () => {
  const { client, deleted } = domainWith('efkh-r1-2026.11.28', 'efkh-r1-2026.11.29', 'logstash-2026.11.28');
  expect(await removeIndicesOf(client, 'r1')).toEqual(['efkh-r1-2026.11.28', 'efkh-r1-2026.11.29']);
  expect(deleted).toEqual(['efkh-r1-2026.11.28', 'efkh-r1-2026.11.29']);
});

test('indices of others are never looked for', async () => {
  await expect(indicesOf(domainWith().client, 'logstash-')).rejects.toThrow('no prefix of indices of this project');
  expect(indexPrefixOf('r1')).toBe('efkh-r1');
});
