import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parseManifests } from './pipeline.ts';

/** Label of a namespace in which the API server refuses what Fargate would. */
export const HELD_TO_FARGATE = { 'efk-sidecar-harness/admission': 'fargate' } as const;

const FILE = 'manifests/admission/fargate.yaml';

/** The admission policy with Fargate's rules, and its binding; `root`: the project's folder. */
export function fargatePolicy(root: string): KubernetesObject[] {
  return parseManifests(readFileSync(join(root, FILE), 'utf8'), FILE);
}
