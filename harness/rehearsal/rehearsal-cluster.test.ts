import type { V1Deployment, V1ServiceAccount } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { podOf } from '../core/fargate-lint/objects.ts';
import { podSize } from '../core/fargate-lint/pod-size.ts';
import { fakeCluster } from '../targets/aws/fake-cluster.ts';
import { deliveredOnAws } from '../targets/aws/fake-run.ts';
import { SERVICE_ACCOUNT, serviceAccountOf } from '../targets/aws/service-account.ts';
import { meteredPods } from '../targets/aws/start.ts';
import { PodIdentity } from './pod-identity.ts';
import { RehearsalCluster } from './rehearsal-cluster.ts';

const ROLE = 'arn:aws:iam::123456789012:role/pods';

test('pods with a role get what EKS gives them, and ask for little CPU', async () => {
  await using there = await fakeCluster();
  const cluster = new RehearsalCluster(there.kubeconfig, new PodIdentity('eu-west-1', 'http://sts'));
  const account = serviceAccountOf('kubetest', 'r1', ROLE);
  const { deployment } = deliveredOnAws().anatomy;
  await cluster.apply(account);
  await cluster.apply(deployment as never);
  const [, made] = there.state.applied as [V1ServiceAccount, V1Deployment];
  const { containers, initContainers = [], serviceAccountName } = made.spec!.template.spec!;
  expect(serviceAccountName).toBe(SERVICE_ACCOUNT);
  for (const { env = [], resources } of [...containers, ...initContainers]) {
    expect(env).toEqual(expect.arrayContaining([{ name: 'AWS_ROLE_ARN', value: ROLE }]));
    expect(Number.parseInt(String(resources?.requests?.['cpu'] ?? '0'), 10)).toBeLessThan(100);
  }
});

test('what is handed in stays as it was: the report tells of it', async () => {
  await using there = await fakeCluster();
  const cluster = new RehearsalCluster(there.kubeconfig, new PodIdentity('eu-west-1', 'http://sts'));
  for (const how of ['aws', 'aws-secret'] as const) {
    const { deployment } = deliveredOnAws(how).anatomy;
    const before = structuredClone(deployment);
    await cluster.apply(deployment as never);
    expect(deployment).toEqual(before);
    expect(there.state.applied.at(-1)).not.toEqual(before);
  }
});

test('what a run would have spent counts the pods as their manifests ask for, not as they are lowered', async () => {
  await using there = await fakeCluster();
  const cluster = new RehearsalCluster(there.kubeconfig, new PodIdentity('eu-west-1', 'http://sts'));
  const { deployment } = deliveredOnAws().anatomy;
  await cluster.apply(deployment as never);
  const [made] = there.state.applied as [V1Deployment];
  const { metadata, spec } = made.spec!.template;
  const creationTimestamp = new Date(0);
  there.state.pods = [{ metadata: { ...metadata, namespace: 'a', uid: '1', creationTimestamp }, spec: spec! }];
  const asked = podSize(podOf(deployment as never)!.spec)!;
  expect(podSize(spec as never)!.vcpu).toBeLessThan(asked.vcpu);
  expect((await meteredPods(cluster, ['a'])).map((pod) => podSize(pod.spec))).toEqual([asked]);
});
