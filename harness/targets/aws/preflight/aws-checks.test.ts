import { expect, test } from 'vitest';
import type { CheckResult } from '../../../core/check-result.ts';
import type { FargateProfile } from '../apis/cluster-apis.ts';
import { AwsError, troubleOf } from '../aws-trouble.ts';
import type { Check } from './check.ts';
import { eksCluster } from './eks-cluster.ts';
import { fakeApis, fakeContext, lookWith } from './fake-context.ts';
import { fargateProfile } from './fargate-profile.ts';
import { clock, credentials } from './identity.ts';
import { preflight } from './preflight.ts';
import { price, quota } from './quota-and-price.ts';
import { push, repository } from './repository.ts';
import { subnets } from './subnets.ts';

type Fakes = Parameters<typeof fakeContext>[0];
type Row = [string, Check, Fakes, CheckResult['state'], RegExp, RegExp?];
const WHO = { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/kim' };
const ahead = (clockAheadMs: number): Fakes => ({ apis: { whoAmI: async () => ({ ...WHO, clockAheadMs }) } });
const cluster = (status: string, version = '1.34'): Fakes => ({
  apis: { cluster: async () => ({ status, version, arn: 'arn', endpoint: 'https://eks' }) },
});
const [PROFILE] = (await fakeApis().fargateProfiles('logging')) as [FargateProfile];
const profiles = (...changes: Partial<FargateProfile>[]): Fakes => ({
  apis: { fargateProfiles: async () => changes.map((change) => ({ ...PROFILE, ...change })) },
});

test.each<Row>([
  ['whose credentials', credentials, {}, 'ok', /account 123456789012, arn:aws:sts::.*Engineer/],
  ['a right clock', clock, {}, 'ok', /^AWS's$/],
  ['a clock 70s behind', clock, ahead(-70_000), 'warn', /70s behind AWS's/, /chrony/],
  ['a clock 6 min ahead', clock, ahead(360_000), 'bad', /360s ahead of AWS's: .*5 min/, /chrony/],
  ['a clock exactly 5 min off', clock, ahead(300_000), 'bad', /300s/, /chrony/],
  ['no time told', clock, { apis: { whoAmI: async () => WHO } }, 'warn', /did not tell/, /chrony/],

  ['an active cluster', eksCluster, {}, 'ok', /logging is ACTIVE, Kubernetes 1\.34/],
  ['a cluster under an update', eksCluster, cluster('UPDATING'), 'ok', /UPDATING/],
  [
    'no cluster',
    eksCluster,
    { apis: { cluster: async () => undefined } },
    'bad',
    /no cluster logging in ap-northeast-2/,
    /list-clusters/,
  ],
  [
    'a cluster to be',
    eksCluster,
    cluster('CREATING'),
    'bad',
    /being created/,
    /aws eks wait cluster-active --name logging/,
  ],
  ['a failed cluster', eksCluster, cluster('FAILED'), 'bad', /is FAILED/, /describe-cluster/],
  ['an old cluster', eksCluster, cluster('ACTIVE', '1.28'), 'bad', /1\.28.*native sidecars/, /update-cluster-version/],

  ['a profile', fargateProfile, {}, 'ok', /^harness takes efk-harness, efk-harness-2, efk-harness-3$/],
  [
    'a profile of the first lane only',
    fargateProfile,
    profiles({ selectors: [{ namespace: 'efk-harness', labels: {} }] }),
    'bad',
    /no profile takes a pod of efk-harness-2, app=testdeployment; nearest is harness \(namespace efk-harness\): its namespace is efk-harness$/,
    /create-fargate-profile .*--fargate-profile-name efk-harness --selectors namespace='efk-harness\*' --pod-execution-role-arn arn:.*pod-execution --subnets subnet-a subnet-b/,
  ],
  [
    'a label that pods have not',
    fargateProfile,
    profiles(
      { selectors: [{ namespace: 'efk-*', labels: { team: 'shop' } }] },
      { selectors: [{ namespace: 'x', labels: {} }] },
    ),
    'bad',
    /it wants the label team=shop, which the pod has not/,
    /create-fargate-profile/,
  ],
  ['no profile', fargateProfile, profiles(), 'bad', /has no Fargate profile/, /ARN_OF_A_POD_EXECUTION_ROLE/],
  [
    'a profile to be',
    fargateProfile,
    profiles({ status: 'CREATING' }),
    'bad',
    /harness is being created/,
    /wait fargate-profile-active/,
  ],
  [
    'a profile that failed',
    fargateProfile,
    profiles({ status: 'CREATE_FAILED' }),
    'bad',
    /CREATE_FAILED/,
    /create-fargate-profile/,
  ],
  [
    'the other profile is ACTIVE',
    fargateProfile,
    profiles({ name: 'old', status: 'DELETING' }, { name: 'new' }),
    'ok',
    /^new takes/,
  ],
  [
    'the profile is for one kind of pods only',
    fargateProfile,
    {
      ...profiles({ selectors: [{ namespace: 'efk-*', labels: { app: 'testdeployment' } }] }),
      pods: [
        { namespace: 'efk-harness', labels: { app: 'testdeployment' } },
        { namespace: 'efk-harness', labels: { app: 'collector' } },
      ],
    },
    'bad',
    /efk-harness, app=collector; .*and the pod has collector/,
    /create-fargate-profile/,
  ],

  ['enough addresses', subnets, {}, 'ok', /200 free addresses for 12 pods/],
  [
    'too few addresses',
    subnets,
    { apis: { subnets: async (ids) => ids.map((id) => ({ id, freeAddresses: 5, zone: 'a' })) } },
    'bad',
    /10 free addresses for 12 pods at once: subnet-a \(a\): 5, subnet-b/,
    /larger private subnets/,
  ],

  ['a repository', repository, {}, 'ok', /amazonaws\.com\/efk$/],
  [
    'no repository',
    repository,
    { apis: { repository: async () => undefined } },
    'bad',
    /no repository efk/,
    /^aws ecr create-repository --repository-name efk --region ap-northeast-2$/,
  ],
  ['a push', push, {}, 'ok', /may be pushed to efk/],

  ['enough quota', quota, {}, 'ok', /50 vCPU, of which the run needs 12/],
  [
    'too little quota',
    quota,
    { apis: { fargateQuota: async () => 6 } },
    'bad',
    /6 vCPU, and the run needs 12/,
    /L-3032A538 .*--desired-value 12/,
  ],
  ['no quota told', quota, { apis: { fargateQuota: async () => undefined } }, 'warn', /no quota/, /get-service-quota/],

  ["AWS's prices", price, {}, 'ok', /\$0\.04656 a vCPU .* by AWS's price list for ap-northeast-2 \(2026-11-01\)/],
  [
    "the table's prices",
    price,
    { settings: { prices: 'table' } },
    'warn',
    /\$0\.04048 .*for us-east-1 \(2026-03\)/,
    /prices: 'aws'/,
  ],
  [
    'no prices',
    price,
    { apis: { fargatePrice: () => Promise.reject(denied('pricing:GetProducts')) } },
    'bad',
    /pricing:GetProducts/,
    /allow pricing:GetProducts .*prices: 'table'/,
  ],
])('%s', async (_, check, fakes, state, saw, fix) => {
  const result = await lookWith(check, fakes);
  expect(result).toMatchObject({ check: check.name, state, saw: expect.stringMatching(saw) });
  if (fix) expect(result.fix).toMatch(fix);
  else expect(result.fix).toBeUndefined();
});

test.each<[string, Error, RegExp, RegExp]>([
  [
    'expired',
    Object.assign(new Error('The security token included in the request is expired'), { name: 'ExpiredToken' }),
    /expired/,
    /get new ones/,
  ],
  [
    'missing',
    Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }),
    /Could not load/,
    /AWS_PROFILE/,
  ],
])('%s credentials: one bad line, and what needs AWS is not looked at', async (_, error, saw, fix) => {
  const context = fakeContext({ apis: { whoAmI: () => Promise.reject(error) } });
  const results = await preflight(context);
  expect(results[0]).toMatchObject({ state: 'bad', saw: expect.stringMatching(saw), fix: expect.stringMatching(fix) });
  const rest = results.filter(({ state }) => state === 'warn').map(({ check }) => check);
  expect(rest).toEqual(
    expect.arrayContaining(['clock', 'EKS cluster', 'subnets', 'push to ECR', 'write and read', 'price']),
  );
  expect(results.filter(({ state }) => state === 'bad')).toHaveLength(1);
  expect(results.filter(({ state }) => state === 'ok').map(({ check }) => check)).toEqual([
    'kube context',
    'API server',
    'rights',
    'CoreDNS',
  ]);
});

test('who may not push is told which action to allow', async () => {
  const context = fakeContext({ apis: { mayPush: () => Promise.reject(denied('ecr:InitiateLayerUpload')) } });
  const [result] = await preflight(context, undefined, { checks: [{ ...push, after: [] }] });
  expect(result).toMatchObject({ state: 'bad', fix: expect.stringContaining('allow ecr:InitiateLayerUpload') });
});

function denied(action: string): AwsError {
  return new AwsError(troubleOf(Object.assign(new Error('no'), { name: 'AccessDeniedException' }), action));
}
