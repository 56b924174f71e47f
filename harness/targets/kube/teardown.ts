import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import type { Condition } from '../../core/condition.ts';
import { apiMessage } from './api-errors.ts';
import type { Cluster } from './cluster.ts';
import { describePod } from './pod-state.ts';

/** What is taken down: objects, and the pods that there are of them now. */
export interface Standing {
  run: string;
  namespace: string;
  objects: readonly KubernetesObject[];
  pods(): Promise<V1Pod[]>;
}

/**
 * Nothing is left of a deployment but its namespace. Each look removes what is: Deployments first, then pods as `kubectl delete --grace-period=0 --force`
 * does, those too that a ReplicaSet made before it was gone itself. A look throws nothing: what the API server refuses now it may do later.
 */
export function takenDown(
  cluster: Pick<Cluster, 'remove'>,
  { run, namespace, objects, pods }: Standing,
): Condition<void> {
  const isDeployment = ({ kind }: KubernetesObject) => kind === 'Deployment';
  let left = objects.filter(({ kind }) => kind !== 'Namespace');
  const remove = async (which: (object: KubernetesObject) => boolean) => {
    await Promise.all(left.filter(which).map((object) => cluster.remove(object)));
    left = left.filter((object) => !which(object));
  };
  const look = async () => {
    try {
      await remove(isDeployment);
      const there = await pods();
      await Promise.all(there.map((pod) => cluster.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 0)));
      await remove(() => true);
      const staying = there.length === 0 ? there : await pods();
      if (staying.length === 0) return { met: true as const, value: undefined };
      return { met: false as const, saw: staying.map(describeStaying).join('; ') };
    } catch (error) {
      return { met: false as const, saw: `the API server answers ${apiMessage(error)}` };
    }
  };
  return { name: `the pods of run ${run} in namespace ${namespace} to be gone`, look };
}

/** A pod that was deleted by force stays for its finalizers alone. */
function describeStaying(pod: V1Pod): string {
  const finalizers = pod.metadata?.finalizers ?? [];
  return describePod(pod) + (finalizers.length > 0 ? `; kept by finalizers ${finalizers.join(', ')}` : '');
}
