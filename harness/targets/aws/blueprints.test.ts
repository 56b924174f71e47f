import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ROOT } from '../../cli/root.ts';
import { UsageError } from '../../core/trouble.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import { blueprintsOf } from './blueprints.ts';
import { deliveredOnAws } from './fake-run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blueprints-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function pipelineWith(change: (pod: { hostNetwork?: boolean; volumes?: object[] }) => void) {
  const { manifests, anatomy } = deliveredOnAws();
  change(anatomy.deployment.spec!.template.spec!);
  writeFileSync(join(folder, 'all.yaml'), manifests.map((one) => stringify(one)).join('---\n'));
  const pipeline: PipelineSource = { name: 'mine', root: folder, folders: [''], manifests: folder, topology: 'direct' };
  const clusterImage = async () => Promise.reject(new Error('no kustomize is needed for plain files'));
  return blueprintsOf({ root: ROOT, pipeline, signing: 'role', clusterImage });
}

describe('a pipeline for AWS', () => {
  test('is rendered once for a topology and a way of signing', async () => {
    const blueprint = pipelineWith(() => {});
    const one = await blueprint('direct');
    expect(await blueprint('direct', 'role')).toBe(one);
    expect(await blueprint('direct', 'secret')).not.toBe(one);
  });

  test('that Fargate would refuse is refused, with all that is wrong with it', async () => {
    const blueprint = pipelineWith((pod) => {
      pod.hostNetwork = true;
      pod.volumes = [...(pod.volumes ?? []), { name: 'h', hostPath: { path: '/var/log' } }];
    });
    const refused = await blueprint('direct').catch((error) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect(refused.message).toMatch(/^Fargate would refuse these manifests; nothing was applied:\n/);
    for (const what of [/hostNetwork/, /hostPath/]) expect(refused.message).toMatch(what);
  });
});
