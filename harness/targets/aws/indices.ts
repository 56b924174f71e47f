import type { Client } from '@opensearch-project/opensearch';

/** What the names of all indices of this project begin with, on a domain that is somebody's. */
export const INDEX_PREFIX = 'efkh-';

/** What the names of a run's indices begin with. */
export function indexPrefixOf(run: string): string {
  return `${INDEX_PREFIX}${run}`;
}

/** An index, and when it was made, ms since the epoch. */
export interface DatedIndex {
  index: string;
  madeAt: number;
}

/** The indices that begin with a prefix, which must be one of this project's. */
export async function datedIndicesOf(client: Client, prefix: string): Promise<DatedIndex[]> {
  if (!prefix.startsWith(INDEX_PREFIX)) throw new Error(`${prefix} is no prefix of indices of this project`);
  const { body } = await client.cat.indices({
    index: `${prefix}*`,
    format: 'json',
    h: ['index', 'creation.date'],
    expand_wildcards: 'all',
  });
  return (body as { index?: string; 'creation.date'?: string }[]).flatMap(({ index, 'creation.date': made }) =>
    index?.startsWith(prefix) ? [{ index, madeAt: Number(made) }] : [],
  );
}

/** Their names alone. */
export async function indicesOf(client: Client, prefix: string): Promise<string[]> {
  return (await datedIndicesOf(client, prefix)).map(({ index }) => index);
}

/** Deletes indices, each by its name: a wildcard may be forbidden, and could take more. One that is gone already is fine. */
export async function deleteIndices(client: Client, names: readonly string[]): Promise<void> {
  for (const index of names) await client.indices.delete({ index, ignore_unavailable: true });
}

/** Removes every index of a run; returns their names. */
export async function removeIndicesOf(client: Client, run: string): Promise<string[]> {
  const names = await indicesOf(client, indexPrefixOf(run));
  await deleteIndices(client, names);
  return names;
}
