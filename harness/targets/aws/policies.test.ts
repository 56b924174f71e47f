import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1ClusterRole, V1ClusterRoleBinding, V1Role } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../../cli/root.ts';
import { ACTIONS, type Actor, actionsOf, allows, notCovered, type Policies, unused } from './policies.ts';
import { DEEDS } from './preflight/rights.ts';
import { trustLetsIn } from './preflight/trust-policy.ts';
import { readPolicies } from './read-policies.ts';

const policies = readPolicies(ROOT);
const ACTORS = Object.keys(ACTIONS) as Actor[];

test.each(ACTORS)('the policy of %s allows what the code does, and nothing else', (actor) =>
  expect(actionsOf(policies[actor]).sort()).toEqual([...ACTIONS[actor]].sort()),
);

/** Actions that take no resource: Service Authorization Reference, by service. */
const OF_NO_RESOURCE = [
  'ec2:DescribeSubnets',
  'ecr:GetAuthorizationToken',
  'pricing:GetProducts',
  'servicequotas:GetServiceQuota',
  'sts:GetCallerIdentity',
];

test('only what IAM knows no resource for is allowed on all', () => {
  const onAll = (['person', 'pods'] as const)
    .flatMap((actor) => policies[actor].Statement)
    .filter(({ Resource }) => [Resource].flat().includes('*'));
  expect(onAll.flatMap(({ Action }) => Action).sort()).toEqual(OF_NO_RESOURCE);
});

test.each([
  ['person', 'es:ESHttpGet', '', true],
  ['person', 'es:ESHttpGet', '_cluster/health', true],
  ['person', 'es:ESHttpPost', 'efkh-r1*/_search', true],
  ['person', 'es:ESHttpDelete', 'efkh-r1-2026.11.28', true],
  ['person', 'es:ESHttpDelete', 'logstash-2026.11.28', false],
  ['person', 'es:ESHttpGet', '_cat/indices/*', false],
  ['person', 'es:ESHttpPut', 'efkh-r1', false],
  ['pods', 'es:ESHttpPost', '_bulk', true],
  ['pods', 'es:ESHttpPost', 'efkh-r1/_search', false],
  ['pods', 'es:ESHttpDelete', 'efkh-r1', false],
] as const)('%s: %s on /%s of the domain: %s', (actor, action, path, expected) =>
  expect(allows(policies[actor], action, `arn:aws:es:REGION:ACCOUNT:domain/DOMAIN/${path}`)).toBe(expected),
);

test.each([
  ['system:serviceaccount:efk-harness:efk-sidecar', true],
  ['system:serviceaccount:efk-harness-3:efk-sidecar', true],
  ['system:serviceaccount:kube-system:efk-sidecar', false],
  ['system:serviceaccount:efk-harness:default', false],
])('the trust policy lets in %s: %s', (subject, expected) => {
  const filledIn = JSON.parse(
    readFileSync(join(ROOT, 'docs/aws/pods-trust-policy.json'), 'utf8')
      .replaceAll('ACCOUNT', '123456789012')
      .replaceAll('OIDC', 'oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLE'),
  );
  const issuer = 'https://oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLE';
  expect(trustLetsIn(filledIn, { issuer, subject, account: '123456789012' })).toBe(expected);
});

const some: Policies = {
  person: { Statement: [{ Effect: 'Allow', Action: ['eks:DescribeCluster', 'es:ESHttp*'], Resource: '*' }] },
  pods: { Statement: [{ Effect: 'Allow', Action: 'es:ESHttpPost', Resource: '*' }] },
  anonymous: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' }] },
};
const post = { by: 'pods', action: 'es:ESHttpPost' } as const;
const put = { by: 'pods', action: 'es:ESHttpPut' } as const;

test('what was done and is not allowed to that one is named once', () =>
  expect(notCovered(some, [post, put, { by: 'person', action: 'es:ESHttpPut' }, put])).toEqual([put]));

test('what is allowed and was not done is named', () =>
  expect(unused(some, [put, { by: 'person', action: 'es:ESHttpPost' }])).toEqual([
    { by: 'person', action: 'eks:DescribeCluster' },
    post,
    { by: 'anonymous', action: 'sts:AssumeRoleWithWebIdentity' },
  ]));

test('the rights in the cluster are those that preflight asks for, and no others', () => {
  const objects = parseAllDocuments(readFileSync(join(ROOT, 'docs/aws/kubernetes-rights.yaml'), 'utf8')).map(
    (one) => one.toJS() as V1ClusterRole & V1Role & V1ClusterRoleBinding,
  );
  const given = objects.flatMap(({ metadata, rules = [] }) =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups!.flatMap((group) =>
        resources!.flatMap((resource) =>
          verbs.map((verb) => [verb, group, resource, metadata!.namespace ?? ''].join(' ').trim()),
        ),
      ),
    ),
  );
  const asked = DEEDS.map(({ verb, group = '', resource, subresource, namespace = '' }) =>
    [verb, group, subresource ? `${resource}/${subresource}` : resource, namespace].join(' ').trim(),
  );
  expect(given.sort()).toEqual(asked.sort());
  const bindings = objects.filter(({ roleRef }) => roleRef);
  expect(bindings.map(({ subjects }) => subjects!.map(({ name }) => name))).toEqual(
    bindings.map(() => ['efk-sidecar-harness']),
  );
  expect(bindings.map(({ kind, roleRef }) => `${kind} ${roleRef.kind} ${roleRef.name}`)).toEqual([
    'ClusterRoleBinding ClusterRole efk-sidecar-harness',
    'RoleBinding Role efk-sidecar-harness',
  ]);
});
