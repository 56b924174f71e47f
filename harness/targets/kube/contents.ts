import type { KubernetesObject } from '@kubernetes/client-node';

/** Annotation of a run's namespace: the objects that the run applies, as JSON. */
const CONTENTS = 'efk-sidecar-harness/contents';

/** Writes into the namespace of a run what the run applies beside it, so that a later run can remove just that. */
export function annotateContents(namespace: KubernetesObject, objects: readonly KubernetesObject[]): void {
  const names = objects
    .filter((object) => object !== namespace)
    .map(({ apiVersion, kind, metadata }) => ({
      apiVersion,
      kind,
      metadata: { name: metadata!.name, namespace: metadata!.namespace },
    }));
  namespace.metadata!.annotations = { ...namespace.metadata!.annotations, [CONTENTS]: JSON.stringify(names) };
}

/** What a run applied in a namespace, by name; undefined where that is not written there. */
export function contentsOf({ metadata }: Pick<KubernetesObject, 'metadata'>): KubernetesObject[] | undefined {
  const written = metadata?.annotations?.[CONTENTS];
  return written === undefined ? undefined : (JSON.parse(written) as KubernetesObject[]);
}
