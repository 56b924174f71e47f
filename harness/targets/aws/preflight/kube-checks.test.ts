import { ApiException } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { CheckResult } from '../../../core/check-result.ts';
import { kubeconfigWith } from '../fake-kubeconfig.ts';
import type { Check, KubeQuestions } from './check.ts';
import { fakeContext, ISSUER, lookWith, trusting } from './fake-context.ts';
import { apiServer, coreDns, kubeContext } from './kube.ts';
import { podsRole, podsSecret } from './pods-credentials.ts';
import { preflight } from './preflight.ts';
import { DEEDS, rights } from './rights.ts';

type Fakes = Parameters<typeof fakeContext>[0];
type Row = [string, Check, Fakes, CheckResult['state'], RegExp, RegExp?];
const refusing = (code: number, message: string): Fakes => ({
  kube: { version: () => Promise.reject(new ApiException(code, message, JSON.stringify({ message }), {})) },
});
const SECRET = { secret: 'kubetest/aws-account-secret' };
const secret = (keys: Awaited<ReturnType<KubeQuestions['secretKeys']>>): Fakes => ({
  kube: { secretKeys: async () => keys },
  settings: { pods: SECRET },
});

test.each<Row>([
  ['a context', kubeContext, {}, 'ok', /^arn:aws:eks:.*cluster\/logging$/],
  ['an API server', apiServer, {}, 'ok', /v1\.34\.3/],
  [
    'an API server that knows nobody',
    apiServer,
    refusing(401, 'Unauthorized'),
    'bad',
    /401: Unauthorized/,
    /create-access-entry --cluster-name logging/,
  ],
  [
    'an API server that refuses',
    apiServer,
    refusing(403, 'forbidden'),
    'bad',
    /403: forbidden/,
    /associate-access-policy/,
  ],
  [
    'no API server',
    apiServer,
    { kube: { version: () => Promise.reject(new Error('connect ETIMEDOUT')) } },
    'bad',
    /does not answer: connect ETIMEDOUT/,
    /update-kubeconfig --name logging .*private/,
  ],
  ['CoreDNS', coreDns, {}, 'ok', /ready/],
  [
    'no CoreDNS',
    coreDns,
    { kube: { resolves: async () => false } },
    'bad',
    /no address of kube-dns/,
    /kube-system.*kubectl patch deployment coredns .*compute-type":null.*before the profile.*rollout restart/,
  ],

  [
    'a role',
    podsRole,
    {},
    'ok',
    /efk-sidecar-harness-pods lets in system:serviceaccount:efk-harness:efk-sidecar, .*-3:efk-sidecar/,
  ],
  [
    'no role',
    podsRole,
    { apis: { trustPolicy: async () => undefined } },
    'bad',
    /no role efk-sidecar-harness-pods/,
    /docs\/aws\.md/,
  ],
  [
    'a role for the first lane',
    podsRole,
    { apis: { trustPolicy: async () => trusting('system:serviceaccount:efk-harness:efk-sidecar') } },
    'bad',
    /does not let in system:serviceaccount:efk-harness-2:efk-sidecar, system:serviceaccount:efk-harness-3:efk-sidecar$/,
    /update-assume-role-policy --role-name efk-sidecar-harness-pods\): \{"Effect":"Allow","Principal":\{"Federated":"arn:aws:iam::123456789012:oidc-provider\/oidc\.eks/,
  ],
  [
    'a cluster without an issuer',
    podsRole,
    { apis: { cluster: async () => ({ status: 'ACTIVE', version: '1.34', arn: 'arn', endpoint: '' }) } },
    'bad',
    /no OIDC issuer/,
    /associate-iam-oidc-provider --cluster logging/,
  ],

  [
    'a Secret',
    podsSecret,
    secret({ AWS_ACCESS_KEY: 'filled', AWS_ACCESS_SECRET: 'filled', AWS_ACCOUNT: 'empty' }),
    'ok',
    /has AWS_ACCESS_KEY and AWS_ACCESS_SECRET/,
  ],
  [
    'no Secret',
    podsSecret,
    secret(undefined),
    'bad',
    /no Secret aws-account-secret in kubetest/,
    /kubectl -n kubetest create secret generic aws-account-secret/,
  ],
  [
    'a Secret without a key',
    podsSecret,
    secret({ AWS_ACCESS_KEY: 'filled' }),
    'bad',
    /no value for AWS_ACCESS_SECRET$/,
    /anew/,
  ],
  [
    'a Secret with nothing',
    podsSecret,
    secret({ AWS_ACCESS_KEY: 'empty', AWS_ACCESS_SECRET: 'empty' }),
    'bad',
    /AWS_ACCESS_KEY and AWS_ACCESS_SECRET/,
    /anew/,
  ],
  [
    'a newline in a Secret',
    podsSecret,
    secret({ AWS_ACCESS_KEY: 'filled', AWS_ACCESS_SECRET: 'padded' }),
    'warn',
    /AWS_ACCESS_SECRET of .* white space/,
    /newline/,
  ],

  ['all rights', rights, {}, 'ok', /all \d+ that a run takes/],
])('%s', async (_, check, fakes, state, saw, fix) => {
  const result = await lookWith(check, fakes);
  expect(result).toMatchObject({ check: check.name, state, saw: expect.stringMatching(saw) });
  if (fix) expect(result.fix).toMatch(fix);
  else expect(result.fix).toBeUndefined();
});

test('the role is asked for by its name, without its path', async () => {
  const asked: string[] = [];
  const trustPolicy = async (name: string) => {
    asked.push(name);
    return trusting('*');
  };
  const role = 'arn:aws:iam::123456789012:role/teams/logging/pods';
  expect(await lookWith(podsRole, { apis: { trustPolicy }, settings: { pods: { role } } })).toMatchObject({
    state: 'ok',
  });
  expect(asked).toEqual(['pods']);
});

test('a role of another account trusts a provider of that account', async () => {
  const role = 'arn:aws:iam::210987654321:role/pods';
  const result = await lookWith(podsRole, { settings: { pods: { role } } });
  expect(result).toMatchObject({
    state: 'bad',
    fix: expect.stringContaining(`210987654321:oidc-provider/${ISSUER.slice(8)}`),
  });
});

test('no context comes as a bad line with its fix, and nothing of the cluster is looked at', async () => {
  const context = fakeContext({ kubeconfig: kubeconfigWith({ name: 'k3s' }) });
  const checks = [kubeContext, apiServer, rights, coreDns];
  const results = await preflight(context, undefined, { checks });
  expect(results[0]).toMatchObject({
    state: 'bad',
    saw: expect.stringMatching(/only k3s$/),
    fix: 'aws eks update-kubeconfig --name logging --region ap-northeast-2',
  });
  expect(results.slice(1).map(({ state }) => state)).toEqual(['warn', 'warn', 'warn']);
});

test('every right is asked for in every lane, and those that are missing are named', async () => {
  const asked = new Set<string>();
  const may: KubeQuestions['may'] = async ({ namespace, verb, resource, subresource }) => {
    asked.add(`${namespace} ${verb} ${resource}${subresource ? `/${subresource}` : ''}`);
    return !(namespace === 'efk-harness-3' && subresource === 'eviction') && resource !== 'secrets';
  };
  const result = await lookWith(rights, { kube: { may } });
  expect(asked).toContain('undefined delete namespaces');
  expect(asked).toContain('kube-system list endpointslices');
  expect(asked).toContain('efk-harness-2 create pods/exec');
  const once = DEEDS.filter(({ resource, namespace }) => resource === 'namespaces' || namespace !== undefined);
  expect(asked.size).toBe((DEEDS.length - once.length) * 3 + once.length);
  expect(result).toMatchObject({
    state: 'bad',
    saw: 'the API server refuses us: create secrets, patch secrets, delete secrets, create pods/eviction',
    fix: expect.stringContaining('AmazonEKSClusterAdminPolicy'),
  });
});
