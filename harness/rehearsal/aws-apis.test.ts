import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
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
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FARGATE_PRICE } from '../core/fargate.ts';
import { AwsApisAdmin } from './admin-client.ts';
import { type AwsApis, startAwsApis } from './aws-apis.ts';
import { CALLS, clientConfig, type Keys, personKeys, WORLD } from './fake-account.ts';

let apis: AwsApis;
let keys: Keys;
const config = (region?: string) => clientConfig(apis.port, keys, region);

beforeEach(async () => {
  apis = await startAwsApis({ world: WORLD, port: 0, adminPort: 0 });
  keys = await personKeys(apis.port);
});
afterEach(() => apis[Symbol.asyncDispose]());

test('STS says who has a key: a user, or a session of a role', async () => {
  const user = await new STSClient(clientConfig(apis.port, WORLD.person.key)).send(new GetCallerIdentityCommand({}));
  expect(user).toMatchObject({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/person' });
  const session = await new STSClient(config()).send(new GetCallerIdentityCommand({}));
  expect(session.Arn).toBe('arn:aws:sts::123456789012:assumed-role/engineer/efk-harness');
  expect(session.UserId).toMatch(/^AROA.{16}:efk-harness$/);
});

test('STS hands the keys of the person’s role to the person, and of no other role or to anybody else', async () => {
  const before = Date.now();
  const ask = (credentials: Keys, RoleArn: string) =>
    new STSClient(clientConfig(apis.port, credentials)).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'x' }));
  const { Credentials } = await ask(WORLD.person.key, WORLD.person.role);
  expect(Credentials!.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(Credentials!.Expiration!.getTime()).toBeGreaterThanOrEqual(before + 900_000);
  expect(Credentials!.Expiration!.getTime()).toBeLessThan(Date.now() + 901_000);
  await expect(ask(WORLD.person.key, WORLD.pods.role)).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(ask(keys, WORLD.person.role)).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(ask(WORLD.keys[0]!, WORLD.person.role)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('EKS tells of the cluster and of its Fargate profile', async () => {
  const eks = new EKSClient(config());
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: 'production' }));
  expect(cluster).toMatchObject({
    name: 'production',
    status: 'ACTIVE',
    version: '1.34',
    endpoint: WORLD.cluster.endpoint,
    arn: 'arn:aws:eks:ap-northeast-2:123456789012:cluster/production',
    identity: { oidc: { issuer: WORLD.cluster.oidcIssuer } },
  });
  expect(cluster!.createdAt).toEqual(new Date('2026-01-01'));
  const { fargateProfileNames } = await eks.send(new ListFargateProfilesCommand({ clusterName: 'production' }));
  expect(fargateProfileNames).toEqual(['logs']);
  const { fargateProfile } = await eks.send(
    new DescribeFargateProfileCommand({ clusterName: 'production', fargateProfileName: 'logs' }),
  );
  expect(fargateProfile).toMatchObject({ status: 'ACTIVE', selectors: WORLD.profile.selectors });
});

test('EKS knows no other cluster and no other profile', async () => {
  const eks = new EKSClient(config());
  await expect(eks.send(new DescribeClusterCommand({ name: 'staging' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'No cluster found for name: staging.',
  });
  await expect(
    eks.send(new DescribeFargateProfileCommand({ clusterName: 'production', fargateProfileName: 'other' })),
  ).rejects.toThrow('No Fargate Profile found with name: other.');
});

test('EC2 tells of the subnets that the Fargate profile names', async () => {
  const eks = new EKSClient(config());
  const { fargateProfile } = await eks.send(
    new DescribeFargateProfileCommand({ clusterName: 'production', fargateProfileName: 'logs' }),
  );
  const ec2 = new EC2Client(config());
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: fargateProfile!.subnets }));
  expect(Subnets!.map((one) => one.SubnetId)).toEqual(fargateProfile!.subnets);
  expect(Subnets![0]).toMatchObject({ AvailableIpAddressCount: 240, AvailabilityZone: 'ap-northeast-2a' });
  const second = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [fargateProfile!.subnets![1]!] }));
  expect(second.Subnets!.map((one) => one.AvailabilityZone)).toEqual(['ap-northeast-2c']);
  await expect(ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-1'] }))).rejects.toMatchObject({
    name: 'InvalidSubnetID.NotFound',
  });
  await expect(
    ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'tag:a', Values: ['b'] }] })),
  ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('ECR tells of the repository, of its password, and takes uploads', async () => {
  const ecr = new ECRClient(config());
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['team/fluentd'] }));
  expect(repositories).toMatchObject([{ repositoryUri: '127.0.0.1:5000/team/fluentd', registryId: '123456789012' }]);
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  expect(Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString()).toBe('AWS:registry-token');
  expect(authorizationData![0]!.proxyEndpoint).toBe('http://127.0.0.1:5000');
  expect(authorizationData![0]!.expiresAt!.getTime()).toBeGreaterThan(Date.now() + 11 * 3_600_000);
  const upload = await ecr.send(new InitiateLayerUploadCommand({ repositoryName: 'team/fluentd' }));
  expect(upload.uploadId).toMatch(/^[0-9a-f-]{36}$/);
  await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['other'] }))).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
    message: "The repository with name 'other' does not exist in the registry with id '123456789012'",
  });
});

test('ECR looks images up in the registry, with its password', async () => {
  const asked: (string | undefined)[] = [];
  const registry = createServer(({ method, url, headers }, response) => {
    asked.push(`${method} ${url} ${headers.authorization}`);
    if (url?.endsWith('/broken')) return response.writeHead(503).end();
    if (!url?.endsWith('/here')) return response.writeHead(404).end();
    return response.writeHead(200, { 'docker-content-digest': 'sha256:aa', 'content-type': 'a/manifest' }).end();
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const registryUrl = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  try {
    await using other = await startAwsApis({ world: WORLD, port: 0, adminPort: 0, registryUrl });
    const ecr = new ECRClient(clientConfig(other.port, await personKeys(other.port)));
    const look = (imageTag: string) =>
      ecr.send(new DescribeImagesCommand({ repositoryName: 'team/fluentd', imageIds: [{ imageTag }] }));
    expect((await look('here')).imageDetails).toMatchObject([
      { imageDigest: 'sha256:aa', imageTags: ['here'], imageManifestMediaType: 'a/manifest' },
    ]);
    const basic = Buffer.from('AWS:registry-token').toString('base64');
    expect(asked).toEqual([`HEAD /v2/team/fluentd/manifests/here Basic ${basic}`]);
    await expect(look('gone')).rejects.toMatchObject({ name: 'ImageNotFoundException' });
    await expect(look('broken')).rejects.toMatchObject({ name: 'ServerException' });
  } finally {
    registry.close();
  }
});

test('ECR has no image where there is no registry', async () => {
  const look = new DescribeImagesCommand({ repositoryName: 'team/fluentd', imageIds: [{ imageTag: 'here' }] });
  await expect(new ECRClient(config()).send(look)).rejects.toMatchObject({ name: 'ImageNotFoundException' });
});

test('the OpenSearch Service tells of the domain and of its health', async () => {
  const opensearch = new OpenSearchClient(config());
  const { DomainStatus } = await opensearch.send(new DescribeDomainCommand({ DomainName: 'logs' }));
  expect(DomainStatus).toMatchObject({
    Endpoint: '127.0.0.1:9200',
    EngineVersion: 'OpenSearch_2.19',
    Processing: false,
    ARN: 'arn:aws:es:ap-northeast-2:123456789012:domain/logs',
  });
  const health = await opensearch.send(new DescribeDomainHealthCommand({ DomainName: 'logs' }));
  expect(health).toMatchObject({ ClusterHealth: 'Green', DomainState: 'Active', DataNodeCount: '1' });
  await expect(opensearch.send(new DescribeDomainCommand({ DomainName: 'other' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Domain not found: other',
  });
});

test('IAM tells whom the pods’ role trusts', async () => {
  const iam = new IAMClient(config('us-east-1'));
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'pods' }));
  expect(Role).toMatchObject({ Arn: WORLD.pods.role, Path: '/app/', RoleName: 'pods' });
  const issuer = 'oidc.eks.ap-northeast-2.amazonaws.com/id/AAAABBBBCCCCDDDD';
  expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).Statement).toEqual([
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
        StringLike: { [`${issuer}:sub`]: WORLD.pods.subject },
      },
    },
  ]);
  // Names that XML must not take for its own are told of as they are.
  await expect(iam.send(new GetRoleCommand({ RoleName: 'a&b<c>' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name a&b<c> cannot be found.',
  });
});

test('Service Quotas tells how much of Fargate may run', async () => {
  const quotas = new ServiceQuotasClient(config());
  const ask = (QuotaCode: string) => quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'fargate', QuotaCode }));
  expect((await ask('L-3032A538')).Quota).toMatchObject({ Value: 500, QuotaCode: 'L-3032A538' });
  await expect(ask('L-0')).rejects.toMatchObject({ name: 'NoSuchResourceException' });
});

test('the Price List tells what Fargate costs in the region', async () => {
  const pricing = new PricingClient(config('us-east-1'));
  const ask = async (filters: Record<string, string>, ServiceCode = 'AmazonEKS') => {
    const Filters = Object.entries(filters).map(([Field, Value]) => ({ Type: 'TERM_MATCH' as const, Field, Value }));
    const { PriceList } = await pricing.send(new GetProductsCommand({ ServiceCode, Filters }));
    return PriceList!.map((one: unknown) => priceOf(JSON.parse(String(one))));
  };
  expect(await ask({ regionCode: 'ap-northeast-2' })).toEqual([
    ['APN2-Fargate-vCPU-Hours:perCPU', expect.closeTo(FARGATE_PRICE.vcpuHour * 1.15)],
    ['APN2-Fargate-GB-Hours', expect.closeTo(FARGATE_PRICE.gibHour * 1.15)],
    ['APN2-Fargate-EphemeralStorage-GB-Hours', expect.closeTo(FARGATE_PRICE.storageGibHour * 1.15)],
    ['APN2-AmazonEKS-Hours:perCluster', 0.1],
  ]);
  expect(await ask({ usagetype: 'APN2-Fargate-GB-Hours' })).toHaveLength(1);
  expect(await ask({ regionCode: 'eu-west-1' })).toEqual([]);
  expect(await ask({}, 'AmazonECS')).toEqual([]);
  const other = { Type: 'EQUALS' as const, Field: 'regionCode', Value: 'ap-northeast-2' };
  await expect(
    pricing.send(new GetProductsCommand({ ServiceCode: 'AmazonEKS', Filters: [other] })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

function priceOf({ product, terms }: { product: { attributes: { usagetype: string } }; terms: Terms }) {
  const [offer] = Object.values(terms.OnDemand);
  const [dimension] = Object.values(offer!.priceDimensions);
  return [product.attributes.usagetype, Number(dimension!.pricePerUnit.USD)];
}
interface Terms {
  OnDemand: Record<string, { priceDimensions: Record<string, { pricePerUnit: { USD: string } }> }>;
}

test('pods may ask who they are, and nothing else', async () => {
  const pods = WORLD.keys[0]!;
  expect(await CALLS.sts(apis.port, pods)).toMatchObject({ Arn: 'arn:aws:iam::123456789012:user/pods' });
  await expect(CALLS.eks(apis.port, pods)).rejects.toThrow(
    'User: arn:aws:iam::123456789012:user/pods is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:ap-northeast-2:123456789012:cluster/production',
  );
});

test('a body that is no JSON is refused', async () => {
  const answer = await fetch(`http://127.0.0.1:${apis.port}/`, {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSPriceListService.GetProducts' },
    body: '{',
  });
  expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
});

test('remembers who called what, and how it was answered', async () => {
  await CALLS.opensearch(apis.port, keys);
  await CALLS.iam(apis.port, WORLD.keys[0]!).catch(() => undefined);
  await fetch(`http://127.0.0.1:${apis.port}/clusters/production`);
  const nothing = await fetch(`http://127.0.0.1:${apis.port}/nothing`);
  expect(nothing.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
  expect(await new AwsApisAdmin(`http://127.0.0.1:${apis.adminPort}`).calls()).toEqual([
    { by: 'person', action: 'sts:AssumeRole', status: 200 },
    { by: 'person', action: 'es:DescribeDomain', status: 200 },
    { by: 'pods', action: 'iam:GetRole', status: 403 },
    { by: 'anonymous', action: 'eks:DescribeCluster', status: 403 },
    { by: 'anonymous', action: 'GET /nothing', status: 404 },
  ]);
});
