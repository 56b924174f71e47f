import { ApiException, type CoreV1Api, type V1ConfigMap, type V1Namespace } from '@kubernetes/client-node';
import { until } from '../../core/condition.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { type Owner, stateOf } from '../../tools/owner.ts';
import { isNotFound } from './cluster.ts';
import { RUN_LABEL } from './prepare.ts';

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

/**
 * Takes a cluster that outlives its runs for one run alone, as two would empty each other's indices, and removes the namespaces that earlier runs left
 * in it: killed ones, or those that kept their pipeline. Returns what gives it back. Throws an {@link EnvironmentError} while another run holds it.
 */
export async function claimCluster(
  api: ClaimApi,
  owner: Owner,
  remark: (line: string) => void,
): Promise<() => Promise<void>> {
  await hold(api, owner);
  const labelled = { labelSelector: RUN_LABEL };
  const namespaces = async () => (await api.listNamespace(labelled)).items.filter(isRemovable);
  const names = (await namespaces()).map(({ metadata }) => metadata!.name!);
  const pods = (await api.listPodForAllNamespaces(labelled)).items.filter(({ metadata }) =>
    names.includes(metadata!.namespace!),
  );
  if (pods.length > 0) {
    for (const name of names) await api.deleteNamespace({ name, gracePeriodSeconds: 0 });
    await until(
      {
        name: `the namespaces of earlier runs to be gone (${names.join(', ')})`,
        look: async () => {
          const left = await namespaces();
          if (left.length === 0) return { met: true, value: undefined };
          return {
            met: false,
            saw: left.map(({ metadata, status }) => `${metadata!.name} ${status?.phase}`).join(', '),
          };
        },
      },
      { withinMs: 120_000, everyMs: 300 },
    );
    remark(`removed the pods that an earlier run had left: ${pods.map(({ metadata }) => metadata!.name).join(', ')}`);
  }
  return async () => {
    await api.deleteNamespacedConfigMap(CLAIM).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  };
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
