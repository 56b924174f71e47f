import type { KubernetesObject, V1ConfigMap, V1Container, V1Secret, V1Volume } from '@kubernetes/client-node';
import { UsageError } from '../../core/trouble.ts';

/** What a pod's variables may tell of the pod itself. */
export interface PodFacts {
  name: string;
  namespace: string;
}

/** ConfigMaps and Secrets, as the kubelet reads them. */
export class ApiObjects {
  readonly #byName = new Map<string, KubernetesObject>();

  constructor(objects: readonly KubernetesObject[]) {
    for (const object of objects) this.put(object);
  }

  put(object: KubernetesObject): void {
    this.#byName.set(`${object.kind} ${object.metadata!.name}`, object);
  }

  /** Keys and values; undefined where there is no such object. */
  dataOf(kind: 'ConfigMap' | 'Secret', name: string | undefined): Record<string, string> | undefined {
    const object = this.#byName.get(`${kind} ${name}`) as (V1ConfigMap & V1Secret) | undefined;
    if (!object) return undefined;
    const { data = {}, stringData = {} } = object;
    const plain =
      kind === 'ConfigMap'
        ? data
        : Object.fromEntries(
            Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
          );
    return { ...plain, ...stringData };
  }

  /** The variables of a container; throws {@link UsageError} as the kubelet's CreateContainerConfigError does. */
  environmentOf({ name: container, env = [], envFrom = [] }: V1Container, pod: PodFacts): Record<string, string> {
    const variables: Record<string, string> = {};
    for (const { prefix = '', configMapRef, secretRef } of envFrom) {
      const [kind, ref] = configMapRef ? (['ConfigMap', configMapRef] as const) : (['Secret', secretRef!] as const);
      const data = this.dataOf(kind, ref.name);
      if (!data && !ref.optional)
        throw new UsageError(`container ${container} takes variables from ${kind} ${ref.name}, which is not there`);
      for (const [key, value] of Object.entries(data ?? {})) variables[prefix + key] = value;
    }
    for (const { name, value, valueFrom } of env) {
      if (!valueFrom) {
        variables[name] = (value ?? '').replaceAll(/\$\$|\$\(([\w.-]+)\)/g, (all, other) =>
          all === '$$' ? '$' : (variables[other] ?? all),
        );
        continue;
      }
      const { secretKeyRef, configMapKeyRef, fieldRef } = valueFrom;
      const ref = secretKeyRef ?? configMapKeyRef;
      const kind = secretKeyRef ? 'Secret' : 'ConfigMap';
      const found = ref ? this.dataOf(kind, ref.name)?.[ref.key] : fieldOf(fieldRef?.fieldPath, pod);
      if (found !== undefined) variables[name] = found;
      else if (!ref?.optional)
        throw new UsageError(
          `container ${container}: variable ${name} comes from ${ref ? `key ${ref.key} of ${kind} ${ref.name}` : `field ${fieldRef?.fieldPath}`}, which is not there`,
        );
    }
    return variables;
  }

  /** The files of a ConfigMap or Secret volume; undefined for volumes of other kinds. */
  filesOf({ name, configMap, secret }: V1Volume): Record<string, string> | undefined {
    if (!configMap && !secret) return undefined;
    const [kind, from] = configMap
      ? (['ConfigMap', configMap.name] as const)
      : (['Secret', secret!.secretName] as const);
    const data = this.dataOf(kind, from);
    if (!data && !(configMap ?? secret)!.optional)
      throw new UsageError(`volume ${name} holds ${kind} ${from}, which is not there`);
    const items = (configMap ?? secret)!.items;
    if (!items) return data ?? {};
    return Object.fromEntries(items.flatMap(({ key, path }) => (data?.[key] === undefined ? [] : [[path, data[key]]])));
  }
}

function fieldOf(path: string | undefined, { name, namespace }: PodFacts): string | undefined {
  const fields: Record<string, string> = {
    'metadata.name': name,
    'metadata.namespace': namespace,
    'status.podIP': '127.0.0.1',
    'status.hostIP': '127.0.0.1',
  };
  return path === undefined ? undefined : fields[path];
}
