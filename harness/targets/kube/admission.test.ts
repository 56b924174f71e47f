import { join } from 'node:path';
import type { V1ValidatingAdmissionPolicy, V1ValidatingAdmissionPolicyBinding } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { FARGATE_RULES } from '../../core/fargate-lint/lint.ts';
import { fargatePolicy, HELD_TO_FARGATE } from './admission.ts';

const [policy, binding] = fargatePolicy(join(import.meta.dirname, '../../..')) as [
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
];

test('the policy has the rules of the lint, in its order and words', () => {
  expect(policy.spec!.validations!.map(({ message }) => message)).toEqual(
    FARGATE_RULES.map(({ name, why, fix }) => `${name}: ${why}; instead: ${fix}`),
  );
});

test('it refuses, and in labelled namespaces only', () => {
  expect(binding.spec).toEqual({
    policyName: policy.metadata!.name,
    validationActions: ['Deny'],
    matchResources: { namespaceSelector: { matchLabels: HELD_TO_FARGATE } },
  });
});
