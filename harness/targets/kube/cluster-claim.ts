import {
  ApiException,
  type CoreV1Api,
  type KubernetesObject,
  type V1ConfigMap,
  type V1Namespace,
} from '@kubernetes/client-node';
import { until } from '../../core/condition.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { type Owner, stateOf } from '../../tools/owner.ts';
import { isNotFound } from './api-errors.ts';
import { contentsOf } from './contents.ts';
import { RUN_LABEL } from './run-label.ts';

const LABELLED = { labelSelector: RUN_LABEL };
const CLAIM = { name: 'efk-sidecar-harness', namespace: 'default' };

/** The verbs that a claim needs. */
export type ClaimApi = Pick<
  CoreV1Api,
  | 'createNamespacedConfigMap'
  | 'readNamespacedConfigMap'
  | 'replaceNamespacedConfigMap'
  | 'deleteNamespacedConfigMap'
  | 'listNamespace'
  | 'listPodForAllNamespaces'
  | 'deleteNamespace'
>;

/** What a claim needs of a cluster. */
export interface Claimable {
  core: ClaimApi;
  /** Deletes an object; one that is not there is fine. */
  remove(object: KubernetesObject, graceSeconds?: number): Promise<void>;
}

/**
 * Takes a cluster that outlives its runs for one run alone, as two would empty each other's indices, and removes what runs in the namespaces that earlier
 * runs left in it: killed ones, or those that kept their pipeline. Returns what gives it back. Throws an {@link EnvironmentError} while another run holds
 * it.
 */
export async function claimCluster(
  cluster: Claimable,
  owner: Owner,
  remark: (line: string) => void,
): Promise<() => Promise<void>> {
  const api = cluster.core;
  await hold(api, owner);
  const namespaces = (await api.listNamespace(LABELLED)).items;
  const pods = (await api.listPodForAllNamespaces(LABELLED)).items;
  for (const namespace of namespaces.filter(isRemovable)) {
    const name = namespace.metadata!.name!;
    if (!pods.some(({ metadata }) => metadata!.namespace === name)) continue;
    const contents = contentsOf(namespace);
    if (contents) await empty(cluster, name, contents);
    else await removeWhole(api, name);
  }
  const removed = pods.filter(({ metadata }) => isRemovable({ metadata: { name: metadata!.namespace! } }));
  if (removed.length > 0)
    remark(
      `removed the pods that an earlier run had left: ${removed.map(({ metadata }) => metadata!.name).join(', ')}`,
    );
  return async () => {
    await api.deleteNamespacedConfigMap(CLAIM).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  };
}

/** Removes the objects and ends the pods at once; the namespace stays, as taking one down takes Kubernetes ten seconds. */
async function empty(cluster: Claimable, namespace: string, contents: readonly KubernetesObject[]) {
  await Promise.all(contents.map((object) => cluster.remove(object)));
  await until(
    {
      name: `the pods of an earlier run in ${namespace} to be gone`,
      look: async () => {
        const left = (await cluster.core.listPodForAllNamespaces(LABELLED)).items.filter(
          ({ metadata }) => metadata!.namespace === namespace,
        );
        for (const pod of left) await cluster.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 0);
        if (left.length === 0) return { met: true, value: undefined };
        return { met: false, saw: left.map(({ metadata }) => metadata!.name).join(', ') };
      },
    },
    { withinMs: 60_000, everyMs: 200 },
  );
}

async function removeWhole(api: ClaimApi, name: string): Promise<void> {
  await api.deleteNamespace({ name, gracePeriodSeconds: 0 });
  await until(
    {
      name: `the namespace ${name} of an earlier run to be gone`,
      look: async () => {
        const left = (await api.listNamespace(LABELLED)).items.find(({ metadata }) => metadata!.name === name);
        if (!left) return { met: true, value: undefined };
        return { met: false, saw: left.status?.phase ?? 'still there' };
      },
    },
    { withinMs: 120_000, everyMs: 300 },
  );
}

/** Kubernetes' own namespaces cannot be deleted; what a run left in `default` is replaced by the next one's. */
function isRemovable({ metadata }: V1Namespace): boolean {
  return !/^(default|kube-.*)$/.test(metadata!.name!);
}

async function hold(api: ClaimApi, owner: Owner): Promise<void> {
  const body: V1ConfigMap = { metadata: CLAIM, data: { owner } };
  const conflict = (error: unknown) => {
    if (!(error instanceof ApiException && error.code === 409)) throw error;
    return undefined;
  };
  const { namespace } = CLAIM;
  if (await api.createNamespacedConfigMap({ namespace, body }).catch(conflict)) return;
  const held = await api.readNamespacedConfigMap(CLAIM);
  const before = held.data?.['owner'] ?? '';
  if ((await stateOf(before)) === 'alive') throw new EnvironmentError(inUse(before));
  const { resourceVersion } = held.metadata!;
  const ours = { ...body, metadata: { ...CLAIM, ...(resourceVersion ? { resourceVersion } : {}) } };
  if (!(await api.replaceNamespacedConfigMap({ ...CLAIM, body: ours }).catch(conflict)))
    throw new EnvironmentError(inUse('another one that started at the same moment'));
}

function inUse(owner: Owner): string {
  const pid = owner.split('/')[2];
  return `the stack that stays up is in use by another run${pid ? ` (process ${pid})` : ''}: wait until it ends, or start one of your own without --reuse and --keep`;
}
