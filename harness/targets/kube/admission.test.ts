import { join } from 'node:path';
import type {
  KubernetesObject,
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
} from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { FARGATE_RULES } from '../../core/fargate-lint/lint.ts';
import { volume } from '../../core/fargate-lint/planted-objects.ts';
import { fargatePolicy, freeVolumes, HELD_TO_FARGATE, heldNamespace } from './admission.ts';

const [policy, binding] = fargatePolicy(join(import.meta.dirname, '../../..')) as [
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
];

test('the policy has the rules of the lint, in its order and words', () => {
  expect(policy.spec!.validations!.map(({ message }) => message)).toEqual(
    FARGATE_RULES.map(({ name, why, fix }) => `${name}: ${why}; instead: ${fix}`),
  );
});

test('it refuses, in labelled namespaces only, and of what lies in none all but what is freed', () => {
  const [freed] = [volume({})] as KubernetesObject[];
  freeVolumes([freed!]);
  const [[key, value]] = Object.entries(freed!.metadata!.labels!) as [[string, string]];
  expect(binding.spec).toEqual({
    policyName: policy.metadata!.name,
    validationActions: ['Deny'],
    matchResources: {
      namespaceSelector: { matchLabels: HELD_TO_FARGATE },
      objectSelector: { matchExpressions: [{ key, operator: 'NotIn', values: [value] }] },
    },
  });
});

test('a namespace that is held tells of the classes whose volumes come with it', () => {
  expect(heldNamespace([])).toEqual({ labels: HELD_TO_FARGATE });
  const both = [volume({ storageClassName: 'efs-sc' }), volume({})];
  expect(heldNamespace(both).annotations).toEqual({ 'efk-sidecar-harness/volumes-waiting': 'efs-sc' });
});
