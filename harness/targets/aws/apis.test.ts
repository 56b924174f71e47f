import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { awsApis, IAM_ACTIONS } from './apis.ts';
import { AwsError } from './aws-trouble.ts';

interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
interface Answer {
  status?: number;
  body: object | string;
  date?: string;
  type?: string;
}

/** The APIs against one local server; `credentials` are AWS's own examples. */
async function apisAt(answer: (asked: Asked) => Answer) {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
    const {
      status = 200,
      body: text,
      date,
      type,
    } = answer({ path: request.url ?? '', headers: request.headers, body });
    if (date) response.setHeader('date', date);
    if (type) response.setHeader('x-amzn-errortype', type);
    response.setHeader('content-type', typeof text === 'string' ? 'text/xml' : 'application/json');
    response.writeHead(status).end(typeof text === 'string' ? text : JSON.stringify(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const credentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  };
  const apis = awsApis({ region: 'ap-northeast-2', credentials });
  return {
    apis,
    async [Symbol.asyncDispose]() {
      apis[Symbol.dispose]();
      vi.unstubAllEnvs();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const IDENTITY =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/kim</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

test('who asks, and by how much the clock differs', async () => {
  await using there = await apisAt(() => ({ body: IDENTITY, date: new Date(Date.now() + 600_000).toUTCString() }));
  const { clockAheadMs, ...who } = await there.apis.whoAmI();
  expect(who).toEqual({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/kim' });
  expect(clockAheadMs).toBeGreaterThan(-602_000);
  expect(clockAheadMs).toBeLessThan(-598_000);
});

test('expired credentials are told as such', async () => {
  const body =
    '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>';
  await using there = await apisAt(() => ({ status: 403, body }));
  const failed = there.apis.whoAmI();
  await expect(failed).rejects.toBeInstanceOf(AwsError);
  await expect(failed).rejects.toMatchObject({
    trouble: { kind: 'expired credentials', action: 'sts:GetCallerIdentity' },
  });
});

test('a cluster, and one that is not there', async () => {
  await using there = await apisAt(({ path }) =>
    path === '/clusters/logging'
      ? {
          body: {
            cluster: {
              status: 'ACTIVE',
              version: '1.34',
              arn: 'arn:aws:eks:ap-northeast-2:123456789012:cluster/logging',
              endpoint: 'https://eks',
              identity: { oidc: { issuer: 'https://oidc.eks/id/1' } },
            },
          },
        }
      : { status: 404, type: 'ResourceNotFoundException', body: { message: 'No cluster found for name: x.' } },
  );
  expect(await there.apis.cluster('logging')).toMatchObject({
    status: 'ACTIVE',
    version: '1.34',
    oidcIssuer: 'https://oidc.eks/id/1',
  });
  expect(await there.apis.cluster('x')).toBeUndefined();
});

test('Fargate profiles, page by page', async () => {
  await using there = await apisAt(({ path }) => {
    if (/\/fargate-profiles\?.*nextToken=2/.test(path)) return { body: { fargateProfileNames: ['b'] } };
    const name = path.match(/\/fargate-profiles\/(\w+)/)?.[1];
    if (!name) return { body: { fargateProfileNames: ['a'], nextToken: '2' } };
    const selectors = [{ namespace: 'efk-*', labels: { app: 'x' } }, { namespace: 'y' }];
    const fargateProfile = {
      fargateProfileName: name,
      status: 'ACTIVE',
      selectors,
      subnets: ['s'],
      podExecutionRoleArn: 'arn',
    };
    return { body: { fargateProfile } };
  });
  const profiles = await there.apis.fargateProfiles('logging');
  expect(profiles.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(profiles[0]).toEqual({
    name: 'a',
    status: 'ACTIVE',
    selectors: [
      { namespace: 'efk-*', labels: { app: 'x' } },
      { namespace: 'y', labels: {} },
    ],
    subnets: ['s'],
    executionRole: 'arn',
  });
});

test('free addresses of subnets, and a denial that names the action', async () => {
  let denied = false;
  await using there = await apisAt(() =>
    denied
      ? {
          status: 403,
          body: '<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation.</Message></Error></Errors><RequestID>1</RequestID></Response>',
        }
      : {
          body: '<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-a</subnetId><availableIpAddressCount>17</availableIpAddressCount><availabilityZone>ap-northeast-2a</availabilityZone></item></subnetSet></DescribeSubnetsResponse>',
        },
  );
  expect(await there.apis.subnets(['subnet-a'])).toEqual([
    { id: 'subnet-a', freeAddresses: 17, zone: 'ap-northeast-2a' },
  ]);
  denied = true;
  await expect(there.apis.subnets(['subnet-a'])).rejects.toThrow(/allow ec2:DescribeSubnets .*docs\/aws\.md/);
});

const target = ({ headers }: Asked) => String(headers['x-amz-target']).split('.')[1];

test('the registry: repository, image, login and the right to push', async () => {
  const asked: string[] = [];
  await using there = await apisAt((request) => {
    const name = target(request)!;
    asked.push(name);
    if (request.body.includes('absent')) {
      const type = name === 'DescribeImages' ? 'ImageNotFoundException' : 'RepositoryNotFoundException';
      return { status: 400, body: { __type: type, message: 'not there' } };
    }
    if (name === 'DescribeRepositories') return { body: { repositories: [{ repositoryUri: '1.dkr.ecr/efk' }] } };
    if (name === 'DescribeImages') return { body: { imageDetails: [{ imageDigest: 'sha256:1' }] } };
    if (name === 'InitiateLayerUpload') return { body: { uploadId: '1', partSize: 1 } };
    const authorizationToken = Buffer.from('AWS:pass:word').toString('base64');
    return { body: { authorizationData: [{ authorizationToken, proxyEndpoint: 'https://1.dkr.ecr:5000' }] } };
  });
  const { apis } = there;
  expect(await apis.repository('efk')).toEqual({ uri: '1.dkr.ecr/efk' });
  expect(await apis.repository('absent')).toBeUndefined();
  expect(await apis.hasImage('efk', 'v1')).toBe('sha256:1');
  expect(await apis.hasImage('efk', 'absent')).toBeUndefined();
  expect(await apis.registryLogin()).toEqual({ user: 'AWS', password: 'pass:word', registry: '1.dkr.ecr:5000' });
  await apis.mayPush('efk');
  await expect(apis.mayPush('absent')).rejects.toThrow(/ecr:InitiateLayerUpload: RepositoryNotFoundException/);
  expect(asked).not.toContain('CompleteLayerUpload');
});

test('a domain: version, state, all its endpoints', async () => {
  await using there = await apisAt(({ path }) => {
    if (path.endsWith('/health')) return { body: { ClusterHealth: 'Yellow' } };
    if (path.endsWith('/absent')) return { status: 409, type: 'ResourceNotFoundException', body: { message: 'no' } };
    const DomainStatus = {
      DomainId: '1',
      DomainName: 'logs',
      ARN: 'arn',
      ClusterConfig: {},
      EngineVersion: 'OpenSearch_2.19',
      UpgradeProcessing: true,
      AdvancedSecurityOptions: { Enabled: true },
      Endpoints: { vpc: 'vpc-logs' },
      DomainEndpointOptions: { CustomEndpointEnabled: true, CustomEndpoint: 'logs.example.org' },
    };
    return { body: { DomainStatus } };
  });
  expect(await there.apis.domain('logs')).toEqual({
    engineVersion: 'OpenSearch_2.19',
    processing: true,
    fineGrained: true,
    endpoints: ['vpc-logs', 'logs.example.org'],
  });
  expect(await there.apis.domain('absent')).toBeUndefined();
  expect(await there.apis.domainHealth('logs')).toBe('Yellow');
});

test('a trust policy is decoded', async () => {
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:*' }] };
  await using there = await apisAt(({ body }) =>
    body.includes('RoleName=pods')
      ? {
          body: `<GetRoleResponse><GetRoleResult><Role><AssumeRolePolicyDocument>${encodeURIComponent(JSON.stringify(policy))}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`,
        }
      : {
          status: 404,
          body: '<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>',
        },
  );
  expect(await there.apis.trustPolicy('pods')).toEqual(policy);
  expect(await there.apis.trustPolicy('absent')).toBeUndefined();
});

test('quota, and prices page by page from the region that has the price list', async () => {
  const regions: string[] = [];
  const product = (usagetype: string, USD: string) =>
    JSON.stringify({
      product: { attributes: { usagetype } },
      terms: {
        OnDemand: { a: { effectiveDate: '2026-11-01T00:00:00Z', priceDimensions: { b: { pricePerUnit: { USD } } } } },
      },
    });
  await using there = await apisAt((request) => {
    if (target(request) === 'GetServiceQuota') return { body: { Quota: { Value: 6 } } };
    regions.push(request.headers.authorization!.split('/')[2]!);
    expect(JSON.parse(request.body)).toMatchObject({
      ServiceCode: 'AmazonEKS',
      Filters: [{ Field: 'regionCode', Type: 'TERM_MATCH', Value: 'ap-northeast-2' }],
    });
    return request.body.includes('NextToken')
      ? { body: { PriceList: [product('APN2-Fargate-EphemeralStorage-GB-Hours', '0.3')] } }
      : {
          body: {
            PriceList: [product('APN2-Fargate-vCPU-Hours:perCPU', '0.1'), product('APN2-Fargate-GB-Hours', '0.2')],
            NextToken: '2',
          },
        };
  });
  expect(await there.apis.fargateQuota()).toBe(6);
  const price = await there.apis.fargatePrice('ap-northeast-2');
  expect(price).toEqual({ vcpuHour: 0.1, gibHour: 0.2, storageGibHour: 0.3, asOf: '2026-11-01' });
  expect(regions).toEqual(['us-east-1', 'us-east-1']);
});

test('every question that is asked has its IAM actions', async () => {
  await using there = await apisAt(() => ({ body: {} }));
  expect(Object.keys(IAM_ACTIONS).toSorted()).toEqual(Object.keys(there.apis).toSorted());
  for (const action of Object.values(IAM_ACTIONS).flat()) expect(action).toMatch(/^[a-z0-9]+:[A-Z]\w+$/);
});
