import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments, type ScalarTag } from 'yaml';
import { UsageError } from '../../core/trouble.ts';

/** What kubectl reads otherwise than YAML 1.2 says: `privileged: yes` and `defaultMode: 0644` are of YAML 1.1, as merges (`<<`) are. */
const OF_KUBECTL: ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/,
    resolve: (text) => /^(?:yes|on)$/i.test(text),
  },
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^0[0-7]+$/,
    resolve: (text) => Number.parseInt(text, 8),
  },
];

/** Parses YAML documents into Kubernetes objects, lists into their items; throws {@link UsageError} naming file, line and reason. */
export function parseManifests(text: string, where: string): KubernetesObject[] {
  const documents = parseAllDocuments(text, { merge: true, customTags: (tags) => [...OF_KUBECTL, ...tags] });
  return [...documents].flatMap((document) => {
    const [problem] = document.errors;
    if (problem) throw new UsageError(`${where} does not parse: ${problem.message}${hint(text)}`);
    const object: unknown = document.toJS();
    return object === null ? [] : objectsIn(object, where);
  });
}

function objectsIn(object: unknown, where: string): KubernetesObject[] {
  const { apiVersion, kind, metadata, items } = (object ?? {}) as KubernetesObject & { items?: unknown[] | null };
  // kubectl's own lists have no name.
  if (apiVersion && kind?.endsWith('List') && items !== undefined)
    return (items ?? []).flatMap((item) => objectsIn(item, where));
  if (!apiVersion || !kind || !metadata?.name)
    throw new UsageError(
      `${where} holds something that is no Kubernetes object: expected apiVersion, kind and metadata.name`,
    );
  return [object as KubernetesObject];
}

function hint(text: string): string {
  return /\{\{.*\}\}/.test(text) ? '(it looks like a template of Helm: render it first, by helm template)' : '';
}
