import type { KubernetesObject } from '@kubernetes/client-node';

/** Label on every object of a run; its value is the run's id. */
export const RUN_LABEL = 'efk-sidecar-harness/run';

/** Label on the pods of a topology's parts, which are none of the application's; its value is the run's id. */
export const PART_LABEL = 'efk-sidecar-harness/part-of';

/** Marks an object as this run's, moves it into its namespace, and takes away what an API server had written into it. */
export function claim(object: KubernetesObject, run: string, namespace: string, ownNamespace: string): void {
  const metadata = object.metadata!;
  metadata.labels = { ...metadata.labels, [RUN_LABEL]: run };
  if (object.kind !== 'Namespace' && (metadata.namespace ?? ownNamespace) === ownNamespace)
    metadata.namespace = namespace;
  for (const own of ['creationTimestamp', 'resourceVersion', 'uid', 'selfLink', 'generation', 'managedFields'] as const)
    delete metadata[own as 'uid'];
  delete (object as { status?: unknown }).status;
}
