import type { V1Deployment } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { serviceAccountOf } from '../targets/aws/service-account.ts';
import { PodIdentity } from './pod-identity.ts';

const deployment = (serviceAccountName?: string): V1Deployment & { kind: string } => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'n' },
  spec: {
    selector: {},
    template: {
      spec: {
        ...(serviceAccountName ? { serviceAccountName } : {}),
        initContainers: [{ name: 'sidecar' }],
        containers: [{ name: 'app', env: [{ name: 'AWS_REGION', value: 'own' }] }],
      },
    },
  },
});

test('pods of an account with a role get its token and the variables, and keep their own; others are left as they are', () => {
  const identity = new PodIdentity('eu-west-1', 'http://sts');
  expect(identity.admit(deployment('efk-sidecar'))).toEqual(deployment('efk-sidecar'));
  identity.admit(serviceAccountOf('n', 'r', 'arn:role'));
  expect(identity.admit(deployment())).toEqual(deployment());
  const { template } = (identity.admit(deployment('efk-sidecar')) as V1Deployment).spec!;
  const { initContainers, containers, volumes } = template.spec!;
  for (const container of [...initContainers!, ...containers]) {
    expect(container.env).toContainEqual({ name: 'AWS_ROLE_ARN', value: 'arn:role' });
    const file = container.env!.find(({ name }) => name === 'AWS_WEB_IDENTITY_TOKEN_FILE')!.value!;
    expect(file.startsWith(`${container.volumeMounts![0]!.mountPath}/`)).toBe(true);
  }
  expect(containers[0]!.env!.filter(({ name }) => name === 'AWS_REGION')).toEqual([
    { name: 'AWS_REGION', value: 'own' },
  ]);
  expect(volumes![0]!.projected!.sources![0]!.serviceAccountToken).toMatchObject({ audience: 'sts.amazonaws.com' });
});
