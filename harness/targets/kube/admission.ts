import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject, V1ObjectMeta } from '@kubernetes/client-node';
import type { LintedObject } from '../../core/fargate-lint/objects.ts';
import { waitingClasses } from '../../core/fargate-lint/volume-rules.ts';
import { parseManifests } from './parse-manifests.ts';

/** Label of a namespace in which the API server refuses what Fargate would. */
export const HELD_TO_FARGATE = { 'efk-sidecar-harness/admission': 'fargate' } as const;

/** What a namespace needs in which these objects are held to it: no policy can look up of which storage classes volumes wait for its claims. */
export function heldNamespace(objects: readonly LintedObject[]): V1ObjectMeta {
  const classes = waitingClasses(objects);
  const annotations = { 'efk-sidecar-harness/volumes-waiting': classes.join(',') };
  return { labels: { ...HELD_TO_FARGATE }, ...(classes.length > 0 ? { annotations } : {}) };
}

/** Frees from it what no namespace tells of: the PersistentVolumes of a run that is not held. */
export function freeVolumes(objects: readonly KubernetesObject[]): void {
  for (const { kind, metadata } of objects)
    if (kind === 'PersistentVolume')
      metadata!.labels = { ...metadata!.labels, 'efk-sidecar-harness/admission': 'free' };
}

const FILE = 'manifests/admission/fargate.yaml';

/** The admission policy with Fargate's rules, and its binding; `root`: the project's folder. */
export function fargatePolicy(root: string): KubernetesObject[] {
  return parseManifests(readFileSync(join(root, FILE), 'utf8'), FILE);
}
