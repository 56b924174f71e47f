import type { KubernetesObject, V1Deployment, V1Pod } from '@kubernetes/client-node';
import { containersOf } from '../targets/kube/anatomy.ts';
import { Cluster } from '../targets/kube/cluster.ts';
import { lowerRequest } from '../targets/kube/resources.ts';
import type { PodIdentity } from './pod-identity.ts';

/** Annotation of pods: the CPU requests that their containers had, by name, as JSON. */
const ASKED = 'efk-sidecar-harness/cpu-asked';

/**
 * A local cluster in the place of one on EKS: what EKS does to pods is done to them, and CPU requests are lowered, as all pods share one node. Pods are
 * told of with the requests that they had: by these Fargate would size and bill them.
 */
export class RehearsalCluster extends Cluster {
  readonly #identity: PodIdentity;

  constructor(kubeconfig: string, identity: PodIdentity) {
    super(kubeconfig);
    this.#identity = identity;
  }

  override async apply(object: KubernetesObject): Promise<void> {
    const admitted = this.#identity.admit(object);
    if (admitted.kind !== 'Deployment') return super.apply(admitted);
    const lowered = structuredClone(admitted) as V1Deployment;
    const { template } = lowered.spec!;
    const containers = containersOf(template.spec!);
    const asked = Object.fromEntries(containers.map(({ name, resources }) => [name, resources?.requests?.['cpu']]));
    const annotations = { ...template.metadata?.annotations, [ASKED]: JSON.stringify(asked) };
    template.metadata = { ...template.metadata, annotations };
    containers.forEach(lowerRequest);
    return super.apply(lowered as KubernetesObject);
  }

  override async pods(namespace: string, labelSelector: string): Promise<V1Pod[]> {
    const pods = await super.pods(namespace, labelSelector);
    for (const { metadata, spec } of pods) {
      const asked = JSON.parse(metadata?.annotations?.[ASKED] ?? '{}');
      for (const { name, resources } of containersOf(spec!))
        if (resources?.requests && asked[name] !== undefined) resources.requests['cpu'] = asked[name];
    }
    return pods;
  }
}
