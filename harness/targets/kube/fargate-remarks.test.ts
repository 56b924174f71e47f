import { join } from 'node:path';
import type { V1Deployment } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { kustomize } from '../embedded/kustomize.ts';
import { blueprintOf } from './blueprint.ts';
import { fargateRemarks } from './fargate-remarks.ts';

const delivered = kustomize(join(import.meta.dirname, '../../../manifests/overlays/k3s'));

test('nothing is said of what Fargate admits', () => {
  expect(fargateRemarks(blueprintOf(delivered))).toEqual([]);
});

test('a pipeline that runs here alone is taken, with a line that says so', () => {
  const manifests = structuredClone(delivered);
  const { spec } = (manifests.find(({ kind }) => kind === 'Deployment') as V1Deployment).spec!.template;
  spec!.volumes!.push({ name: 'host', hostPath: { path: '/var/log' } });
  expect(fargateRemarks(blueprintOf(manifests))).toEqual([
    expect.stringMatching(/^! runs here, and not on Fargate: Deployment testdeployment: .*hostPath is \/var\/log/),
  ]);
});
