import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  InitiateLayerUploadCommand,
} from '@aws-sdk/client-ecr';
import {
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  EKSClient,
  ListFargateProfilesCommand,
} from '@aws-sdk/client-eks';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeDomainCommand, DescribeDomainHealthCommand, OpenSearchClient } from '@aws-sdk/client-opensearch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AwsApisAdmin } from './admin-client.ts';
import { type AwsApis, startAwsApis } from './aws-apis.ts';
import { CALLS, clientConfig, type Keys, personKeys, WORLD } from './fake-account.ts';
import { API_NAMES, type ApiName, PLANTS, type PlantName } from './plants.ts';

let apis: AwsApis;
let admin: AwsApisAdmin;
let keys: Keys;
const config = () => clientConfig(apis.port, keys);

beforeEach(async () => {
  apis = await startAwsApis({ world: WORLD, port: 0, adminPort: 0 });
  admin = new AwsApisAdmin(`http://127.0.0.1:${apis.adminPort}`);
  keys = await personKeys(apis.port);
});
afterEach(() => apis[Symbol.asyncDispose]());

const ME = 'User: arn:aws:sts::123456789012:assumed-role/engineer/efk-harness is not authorized to perform:';
const IN_REGION = 'ap-northeast-2:123456789012';
const DENIED: Record<ApiName, [code: string, words: string]> = {
  sts: ['AccessDenied', `${ME} sts:GetCallerIdentity on resource: *`],
  eks: ['AccessDeniedException', `${ME} eks:DescribeCluster on resource: arn:aws:eks:${IN_REGION}:cluster/production`],
  ec2: ['UnauthorizedOperation', `You are not authorized to perform this operation. ${ME} ec2:DescribeSubnets because`],
  ecr: ['AccessDeniedException', `${ME} ecr:DescribeRepositories on resource: arn:aws:ecr:${IN_REGION}:repository/*`],
  opensearch: ['AccessDeniedException', `${ME} es:DescribeDomain on resource: arn:aws:es:${IN_REGION}:domain/logs`],
  iam: ['AccessDenied', `${ME} iam:GetRole on resource: arn:aws:iam::123456789012:role/pods`],
  quotas: [
    'AccessDeniedException',
    `${ME} servicequotas:GetServiceQuota on resource: arn:aws:servicequotas:${IN_REGION}:fargate/L-3032A538`,
  ],
  pricing: ['AccessDeniedException', `${ME} pricing:GetProducts on resource: *`],
};

describe.each(API_NAMES)('%s', (api) => {
  test('denied, in IAM’s words; the other APIs answer', async () => {
    await admin.plant([`${api}=denied`]);
    const [name, words] = DENIED[api];
    await expect(CALLS[api](apis.port, keys)).rejects.toMatchObject({ name, message: expect.stringContaining(words) });
    for (const other of API_NAMES) if (other !== api) await CALLS[other](apis.port, keys);
  });

  test('throttled, again and again', async () => {
    await admin.plant([`${api}=throttled`]);
    const name = { sts: 'Throttling', iam: 'Throttling', ec2: 'RequestLimitExceeded' }[api as string];
    for (let time = 0; time < 3; time++)
      await expect(CALLS[api](apis.port, keys)).rejects.toMatchObject({ name: name ?? 'ThrottlingException' });
  });

  test('broken, and whole again once nothing is planted', async () => {
    await admin.plant([`${api}=broken`]);
    await expect(CALLS[api](apis.port, keys)).rejects.toMatchObject({
      name: api === 'ec2' ? 'InternalError' : 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    await admin.plant([]);
    await CALLS[api](apis.port, keys);
  });
});

test('sts=expired', async () => {
  await admin.plant(['sts=expired']);
  await expect(CALLS.sts(apis.port, keys)).rejects.toMatchObject({ name: 'ExpiredToken' });
});

describe('EKS', () => {
  const profile = () =>
    new EKSClient(config()).send(
      new DescribeFargateProfileCommand({ clusterName: 'production', fargateProfileName: 'logs' }),
    );

  test('eks=absent', async () => {
    await admin.plant(['eks=absent']);
    await expect(CALLS.eks(apis.port, keys)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(profile()).rejects.toThrow('No cluster found for name: production.');
  });

  test('eks=creating', async () => {
    await admin.plant(['eks=creating']);
    const { cluster } = await new EKSClient(config()).send(new DescribeClusterCommand({ name: 'production' }));
    expect(cluster!.status).toBe('CREATING');
    expect(cluster!.endpoint).toBeUndefined();
  });

  test('eks=profile-absent', async () => {
    await admin.plant(['eks=profile-absent']);
    const eks = new EKSClient(config());
    const { fargateProfileNames } = await eks.send(new ListFargateProfilesCommand({ clusterName: 'production' }));
    expect(fargateProfileNames).toEqual([]);
    await expect(profile()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each<[PlantName, object]>([
    ['eks=profile-other-namespace', { selectors: [{ namespace: 'another-namespace', labels: { app: 'web' } }] }],
    ['eks=profile-other-labels', { selectors: [{ namespace: 'logs*', labels: { 'no-pod-has': 'this-label' } }] }],
    ['eks=profile-creating', { status: 'CREATING', selectors: WORLD.profile.selectors }],
  ])('%s', async (plant, expected) => {
    await admin.plant([plant]);
    expect((await profile()).fargateProfile).toMatchObject(expected);
  });
});

test('ec2=full', async () => {
  await admin.plant(['ec2=full']);
  const { Subnets } = (await CALLS.ec2(apis.port, keys)) as { Subnets: { AvailableIpAddressCount: number }[] };
  expect(Subnets.map((one) => one.AvailableIpAddressCount)).toEqual([0, 0]);
});

describe('ECR', () => {
  const upload = new InitiateLayerUploadCommand({ repositoryName: 'team/fluentd' });

  test('ecr=absent', async () => {
    await admin.plant(['ecr=absent']);
    const ecr = new ECRClient(config());
    const absent = { name: 'RepositoryNotFoundException' };
    const repositoryName = 'team/fluentd';
    const images = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'a' }] });
    await expect(ecr.send(upload)).rejects.toMatchObject(absent);
    await expect(ecr.send(images)).rejects.toMatchObject(absent);
    await expect(
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })),
    ).rejects.toMatchObject(absent);
    expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  });

  test('ecr=push-denied', async () => {
    await admin.plant(['ecr=push-denied']);
    const ecr = new ECRClient(config());
    await ecr.send(new GetAuthorizationTokenCommand({}));
    await expect(ecr.send(upload)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `${ME} ecr:InitiateLayerUpload on resource: arn:aws:ecr:${IN_REGION}:repository/team/fluentd`,
      ),
    });
  });

  test('registry=denied', async () => {
    await admin.plant(['registry=denied']);
    const { authorizationData } = await new ECRClient(config()).send(new GetAuthorizationTokenCommand({}));
    const [user, password] = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString().split(':');
    expect(user).toBe('AWS');
    expect(password).toMatch(/^[\w-]{32}$/);
  });
});

describe('the OpenSearch Service', () => {
  const status = async () =>
    (await new OpenSearchClient(config()).send(new DescribeDomainCommand({ DomainName: 'logs' }))).DomainStatus;
  const health = () => new OpenSearchClient(config()).send(new DescribeDomainHealthCommand({ DomainName: 'logs' }));

  test('opensearch=absent', async () => {
    await admin.plant(['opensearch=absent']);
    await expect(status()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(health()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('opensearch=processing', async () => {
    await admin.plant(['opensearch=processing']);
    expect(await status()).toMatchObject({ Processing: true, DomainProcessingStatus: 'Modifying' });
    expect(await health()).toMatchObject({ DomainState: 'Processing' });
  });

  test('opensearch=red', async () => {
    await admin.plant(['opensearch=red']);
    expect(await health()).toMatchObject({ ClusterHealth: 'Red', TotalUnAssignedShards: '1' });
  });
});

describe('IAM', () => {
  const statement = async () => {
    const { Role } = await new IAMClient(config()).send(new GetRoleCommand({ RoleName: 'pods' }));
    return JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).Statement[0];
  };

  test('iam=absent', async () => {
    await admin.plant(['iam=absent']);
    await expect(statement()).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  test('iam=trust-other-account', async () => {
    await admin.plant(['iam=trust-other-account']);
    const { Condition } = await statement();
    expect(Object.values(Condition.StringLike)).toEqual(['system:serviceaccount:default:another']);
  });

  test('iam=trust-no-oidc', async () => {
    const { Principal } = await statement();
    await admin.plant(['iam=trust-no-oidc']);
    const other = (await statement()).Principal.Federated;
    expect(other).toMatch(/^arn:aws:iam::123456789012:oidc-provider\/oidc\.eks\.ap-northeast-2\.amazonaws\.com\/id\//);
    expect(other).not.toBe(Principal.Federated);
  });
});

test('quotas=small', async () => {
  await admin.plant(['quotas=small']);
  expect(await CALLS.quotas(apis.port, keys)).toMatchObject({ Quota: { Value: 1 } });
});

test('clock=late: AWS’ clock is ten minutes behind, so that a signature by the clock here is too early', async () => {
  await admin.plant(['clock=late']);
  const answer = await fetch(`http://127.0.0.1:${apis.port}/`);
  const behind = Date.now() - Date.parse(answer.headers.get('date')!);
  expect(behind).toBeGreaterThan(598_000);
  expect(behind).toBeLessThan(603_000);
  await expect(CALLS.sts(apis.port, keys)).rejects.toThrow(/^Signature not yet current/);
  await expect(CALLS.ec2(apis.port, keys)).rejects.toMatchObject({ name: 'RequestExpired' });
  // An SDK that may try again signs by AWS' clock then.
  const patient = new EKSClient({ ...config(), maxAttempts: 2 });
  await patient.send(new DescribeClusterCommand({ name: 'production' }));
  await patient.send(new DescribeClusterCommand({ name: 'production' }));
});

test('a name that is not one is refused with all that are, and changes nothing', async () => {
  await admin.plant(['quotas=small']);
  const wrong = admin.plant(['eks=absent', 'eks=gone' as PlantName]);
  await expect(wrong).rejects.toThrow(/no planted failure is named eks=gone; there are:\n {2}sts=denied: every call/);
  await expect(wrong).rejects.toThrow('domain=read-only: the domain blocks writes');
  expect(await CALLS.quotas(apis.port, keys)).toMatchObject({ Quota: { Value: 1 } });
  await CALLS.eks(apis.port, keys);
});

test('every API has its denied, throttled and broken, and every failure a line for the help', () => {
  expect(Object.keys(PLANTS)).toHaveLength(API_NAMES.length * 3 + 25);
  for (const { title } of Object.values(PLANTS)) expect(title).toMatch(/^\S.{10,90}$/);
});
