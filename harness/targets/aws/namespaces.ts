import type { V1Namespace } from '@kubernetes/client-node';
import { until } from '../../core/condition.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { apiMessage, isConflict, isNotFound } from '../kube/api-errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import { patiently } from '../kube/patience.ts';
import { RUN_LABEL } from '../kube/run-label.ts';

/** Longest wait for a namespace and its pods to go, ms: a grace period, and what Fargate takes beside it. */
const GONE_WITHIN_MS = 300_000;

/** What to do where a cluster refuses something. */
export const LOOK = 'look again with npm run doctor -- --target aws';

/**
 * Deletes namespaces, and waits until they and all in them are gone. One of the same name that was made since is left alone. One that stays does not keep
 * the others; throws {@link EnvironmentError} with all that stay.
 */
export async function removeNamespaces(
  cluster: Cluster,
  namespaces: readonly V1Namespace[],
  signal?: AbortSignal,
): Promise<void> {
  const removed = await Promise.allSettled(namespaces.map((one) => removeNamespace(cluster, one, signal)));
  signal?.throwIfAborted();
  throwAll(removed);
}

/** Every namespace of this project in a cluster. */
export async function ourNamespaces(cluster: Cluster): Promise<V1Namespace[]> {
  try {
    return (await patiently(() => cluster.core.listNamespace({ labelSelector: RUN_LABEL }))).items;
  } catch (error) {
    throw new EnvironmentError(`the namespaces cannot be listed: ${apiMessage(error)}; ${LOOK}`);
  }
}

/** The same for one. */
export async function removeNamespace(
  cluster: Cluster,
  { metadata }: V1Namespace,
  signal?: AbortSignal,
): Promise<void> {
  const { name, uid } = metadata as { name: string; uid: string };
  try {
    await patiently(() => cluster.core.deleteNamespace({ name, body: { preconditions: { uid } } })).catch((error) => {
      // A conflict: it is another one by now, or on its way out already.
      if (!isNotFound(error) && !isConflict(error)) throw error;
    });
    const look = async () => {
      const there = await namespaceNow(cluster, name);
      return there?.metadata?.uid === uid
        ? { met: false as const, saw: there.status?.phase ?? 'it is there' }
        : { met: true as const, value: undefined };
    };
    await until(
      { name: `namespace ${name} to be gone`, look },
      { withinMs: GONE_WITHIN_MS, everyMs: 300, ...(signal ? { signal } : {}) },
    );
  } catch (error) {
    throw new EnvironmentError(
      `the namespace ${name} is not removed, and its pods may go on costing: ${apiMessage(error)}; try npm run down -- --target aws, or kubectl delete namespace ${name}`,
    );
  }
}

/** Throws an {@link EnvironmentError} with what every one that failed says. */
export function throwAll(results: readonly PromiseSettledResult<unknown>[]): void {
  const failed = results.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  if (failed.length > 0) throw new EnvironmentError(failed.map(({ message }) => message).join('\n'));
}

/** undefined: there is none of that name. */
export async function namespaceNow(cluster: Cluster, name: string): Promise<V1Namespace | undefined> {
  return patiently(() => cluster.core.readNamespace({ name })).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw new EnvironmentError(`the namespace ${name} cannot be looked at: ${apiMessage(error)}; ${LOOK}`);
  });
}
