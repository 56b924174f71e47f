import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeDomainCommand, OpenSearchClient } from '@aws-sdk/client-opensearch';
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { ApiName } from './plants.ts';
import type { World } from './world.ts';

/** An account for tests. */
export const WORLD: World = {
  account: '123456789012',
  region: 'ap-northeast-2',
  person: {
    key: { accessKeyId: 'AKIAPERSONPERSONPERS', secretAccessKey: 'person-secret' },
    role: 'arn:aws:iam::123456789012:role/engineer',
  },
  pods: { role: 'arn:aws:iam::123456789012:role/app/pods', subject: 'system:serviceaccount:logs*:fluentd' },
  keys: [{ accessKeyId: 'AKIAPODSPODSPODSPODS', secretAccessKey: 'pods-secret' }],
  sessionSeconds: 900,
  cluster: {
    name: 'production',
    version: '1.34',
    endpoint: 'https://127.0.0.1:6443',
    oidcIssuer: 'https://oidc.eks.ap-northeast-2.amazonaws.com/id/AAAABBBBCCCCDDDD',
  },
  profile: { name: 'logs', selectors: [{ namespace: 'logs*', labels: { app: 'web' } }] },
  domain: { name: 'logs', endpoint: 'http://127.0.0.1:9200', engineVersion: 'OpenSearch_2.19' },
  repository: { name: 'team/fluentd', uri: '127.0.0.1:5000/team/fluentd', token: 'registry-token' },
};

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Settings of an SDK client that asks the stand-in, once. */
export function clientConfig(port: number, credentials: Keys, region = WORLD.region) {
  return { endpoint: `http://127.0.0.1:${port}`, region, credentials, maxAttempts: 1 };
}

/** The keys of the person's role, as the person gets them. */
export async function personKeys(port: number): Promise<Keys> {
  const sts = new STSClient(clientConfig(port, WORLD.person.key));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: WORLD.person.role, RoleSessionName: 'efk-harness' }),
  );
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  };
}

/** One call of each API, as its SDK makes it. */
export const CALLS: Record<ApiName, (port: number, keys: Keys, region?: string) => Promise<unknown>> = {
  sts: (...to) => new STSClient(clientConfig(...to)).send(new GetCallerIdentityCommand({})),
  eks: (...to) => new EKSClient(clientConfig(...to)).send(new DescribeClusterCommand({ name: 'production' })),
  ec2: (...to) => new EC2Client(clientConfig(...to)).send(new DescribeSubnetsCommand({})),
  ecr: (...to) => new ECRClient(clientConfig(...to)).send(new DescribeRepositoriesCommand({})),
  opensearch: (...to) =>
    new OpenSearchClient(clientConfig(...to)).send(new DescribeDomainCommand({ DomainName: 'logs' })),
  iam: (port, keys, region = 'us-east-1') =>
    new IAMClient(clientConfig(port, keys, region)).send(new GetRoleCommand({ RoleName: 'pods' })),
  quotas: (...to) =>
    new ServiceQuotasClient(clientConfig(...to)).send(
      new GetServiceQuotaCommand({ ServiceCode: 'fargate', QuotaCode: 'L-3032A538' }),
    ),
  pricing: (port, keys, region = 'us-east-1') =>
    new PricingClient(clientConfig(port, keys, region)).send(new GetProductsCommand({ ServiceCode: 'AmazonEKS' })),
};
