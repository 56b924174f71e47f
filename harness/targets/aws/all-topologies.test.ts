import type { V1Deployment } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { Role } from '../../core/target.ts';
import type { Blueprint } from '../kube/blueprint.ts';
import type { Part } from '../kube/topology.ts';
import { inAllTopologies } from './all-topologies.ts';

function deployment(name: string, vcpu: number): V1Deployment {
  const requests = { cpu: String(vcpu), memory: '1Gi' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: {},
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name, resources: { requests, limits: requests } }] },
      },
    },
  };
}
const part = (role: Role) => ({ role, deployment: deployment(role, 1) }) as Part;
const blueprint = (...parts: Part[]) =>
  ({ anatomy: { deployment: deployment('pod', 0.5) }, parts }) as unknown as Blueprint;
const OF = {
  direct: blueprint(),
  aggregator: blueprint(part('collector')),
  redis: blueprint(part('collector'), part('queue')),
};
const piece = { ms: 1, pods: 1, alone: true, edge: false };

test('every topology of the work is rendered, and its pods have their own size', async () => {
  const asked: string[] = [];
  const { work, widest } = await inAllTopologies(
    [piece, { ...piece, topology: 'aggregator' }, { ...piece, topology: 'redis' }],
    async (topology) => {
      asked.push(topology);
      return OF[topology];
    },
    OF.direct,
  );
  expect(asked).toEqual(['aggregator', 'redis']);
  expect(work.map(({ pod }) => pod!.vcpu)).toEqual([0.5, 1.5, 2.5]);
  expect(widest.parts.map(({ role }) => role)).toEqual(['collector', 'queue']);
});

test('a topology that Fargate would refuse is told of before anything runs', async () => {
  const refused = async () => Promise.reject(new Error('Fargate would refuse these manifests'));
  await expect(inAllTopologies([{ ...piece, topology: 'redis' }], refused, OF.direct)).rejects.toThrow('would refuse');
});
