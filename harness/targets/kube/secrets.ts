import type { KubernetesObject, V1Secret } from '@kubernetes/client-node';
import type { AccessKey } from '../../core/target.ts';
import { type Anatomy, containersOf } from './anatomy.ts';
import type { Part } from './topology.ts';

/** Whose containers may read Secrets. */
interface Readers {
  anatomy: Anatomy;
  parts: readonly Part[];
}

/** The Secrets that the pods' containers take variables from, filled with a key pair. */
export function secretsOf(readers: Readers, key: AccessKey): V1Secret[] {
  return [...secretNames(readers)].map(([name, keys]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: readers.anatomy.namespace },
    stringData: filled(keys, key),
  }));
}

/** The same Secrets of a prepared pipeline with another key pair in them. */
export function secretsWith(pipeline: Readers & { objects: readonly KubernetesObject[] }, key: AccessKey): V1Secret[] {
  const names = secretNames(pipeline);
  return pipeline.objects.flatMap((object) => {
    const keys = object.kind === 'Secret' && names.get(object.metadata!.name!);
    return keys ? [{ ...object, stringData: filled(keys, key) }] : [];
  });
}

function filled(keys: Iterable<string>, held: AccessKey): Record<string, string> {
  return Object.fromEntries([...keys].map((key) => [key, valueFor(key, held)]));
}

function valueFor(key: string, { accessKeyId, secretAccessKey, sessionToken = '' }: AccessKey): string {
  if (/token/i.test(key)) return sessionToken;
  if (/account/i.test(key)) return '123456789012';
  if (/secret/i.test(key)) return secretAccessKey;
  return accessKeyId;
}

/** Names of the Secrets that the pods' containers take variables from, and the keys that they read. */
export function secretNames({ anatomy, parts }: Readers): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  const deployments = [anatomy.deployment, ...parts.map((part) => part.deployment)];
  for (const { env } of deployments.flatMap(({ spec }) => containersOf(spec!.template.spec!))) {
    for (const { valueFrom } of env ?? []) {
      const ref = valueFrom?.secretKeyRef;
      if (ref?.name) names.set(ref.name, (names.get(ref.name) ?? new Set()).add(ref.key));
    }
  }
  return names;
}
