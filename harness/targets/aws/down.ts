import type { V1Namespace } from '@kubernetes/client-node';
import { EnvironmentError } from '../../core/trouble.ts';
import { RUN_LABEL } from '../kube/run-label.ts';
import type { AwsAccess } from './access.ts';
import { GRACE_MS, holderOf } from './claim.ts';
import { domainSink, inWords } from './domain-client.ts';
import { datedIndicesOf, deleteIndices, INDEX_PREFIX, indexPrefixOf } from './indices.ts';
import { findContext } from './kube-context.ts';
import { ourNamespaces, removeNamespaces } from './namespaces.ts';

/** What was found on AWS: removed, and left as a run is at it (namespaces, with the end of its time limit, ms since the epoch) or may be (indices). */
export interface Cleared {
  namespaces: string[];
  indices: string[];
  inUse: { namespace: string; until: number }[];
  /** Made so lately that a run on another cluster may be writing them. */
  young: string[];
}

/**
 * Removes the namespaces and indices that runs left behind, by their label and by how their names begin; `force`: also those that a run is at. Of indices
 * that no namespace here tells of only those go that are older than a run may last: clusters may share a domain. Images in the registry stay: the next run
 * takes them again. Throws {@link EnvironmentError} with all that could not be removed, once all else is.
 */
export async function clearAws(
  access: AwsAccess,
  { force, signal, now = Date.now() }: { force: boolean; signal?: AbortSignal; now?: number },
): Promise<Cleared> {
  const { settings, credentials, kubeconfig } = access;
  const cluster = access.cluster(findContext(settings, kubeconfig));
  const sink = domainSink({ endpoint: settings.domain.endpoint, region: settings.region, credentials });
  try {
    const { gone, inUse, live } = await sorted(await ourNamespaces(cluster), force);
    const isOf = (index: string, some: readonly V1Namespace[]) => some.some((one) => index.startsWith(prefixOf(one)));
    const failed: string[] = [];
    const tell = (error: unknown) => {
      signal?.throwIfAborted();
      failed.push(inWords(error));
    };
    await removeNamespaces(cluster, gone, signal).catch(tell);
    const oldest = now - settings.budget.minutes * 60_000 - GRACE_MS;
    const all = await datedIndicesOf(sink.client, INDEX_PREFIX).catch((error) => {
      tell(error);
      return [];
    });
    const idle = all.filter(({ index }) => !isOf(index, live));
    const mayGo = ({ index, madeAt }: (typeof all)[number]) => force || isOf(index, gone) || madeAt < oldest;
    const indices = idle.filter(mayGo).map(({ index }) => index);
    const young = idle.filter((one) => !mayGo(one)).map(({ index }) => index);
    await deleteIndices(sink.client, indices).catch(tell);
    if (failed.length > 0) throw new EnvironmentError(failed.join('\n'));
    return { namespaces: gone.map(({ metadata }) => metadata!.name!), indices, inUse, young };
  } finally {
    await sink.close();
  }
}

async function sorted(namespaces: readonly V1Namespace[], force: boolean) {
  const gone: V1Namespace[] = [];
  const live: V1Namespace[] = [];
  const inUse: Cleared['inUse'] = [];
  for (const namespace of namespaces) {
    const holder = await holderOf(namespace);
    if (holder.is === 'in use' && !force) {
      inUse.push({ namespace: namespace.metadata!.name!, until: holder.until });
      live.push(namespace);
    } else gone.push(namespace);
  }
  return { gone, live, inUse };
}

/** What the names of the indices begin with that the run in a namespace writes at the moment. */
function prefixOf({ metadata }: V1Namespace): string {
  return indexPrefixOf(metadata!.labels![RUN_LABEL]!);
}
