import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@opensearch-project/opensearch';
import type { CheckResult } from '../../../core/check-result.ts';
import type { AwsApis } from '../apis.ts';
import { kubeconfigWith } from '../fake-kubeconfig.ts';
import { awsSettings } from '../settings.ts';
import type { Check, KubeQuestions, PreflightContext } from './check.ts';

export const ISSUER = 'https://oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLE';
const ROLE = 'arn:aws:iam::123456789012:role/efk-sidecar-harness-pods';
const HOST = 'search-logs-aaaaaaaaaaaaaaaaaaaaaaaaaa.ap-northeast-2.es.amazonaws.com';
const provider = ISSUER.slice('https://'.length);

/** A trust policy that lets in these subjects of the fake cluster. */
export function trusting(subject: string | string[]) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringLike: { [`${provider}:sub`]: subject, [`${provider}:aud`]: 'sts.amazonaws.com' } },
      },
    ],
  };
}

/** APIs of an account in which everything is as it should be, but for what is given. */
export function fakeApis(but: Partial<AwsApis> = {}): AwsApis {
  const profile = {
    name: 'harness',
    status: 'ACTIVE',
    selectors: [{ namespace: 'efk-harness*', labels: {} }],
    subnets: ['subnet-a', 'subnet-b'],
    executionRole: 'arn:aws:iam::123456789012:role/pod-execution',
  };
  const arn = 'arn:aws:eks:ap-northeast-2:123456789012:cluster/logging';
  return {
    whoAmI: async () => ({
      account: '123456789012',
      arn: 'arn:aws:sts::123456789012:assumed-role/Engineer/kim',
      clockAheadMs: 400,
    }),
    cluster: async () => ({ status: 'ACTIVE', version: '1.34', arn, endpoint: 'https://eks', oidcIssuer: ISSUER }),
    fargateProfiles: async () => [profile],
    subnets: async (ids) => ids.map((id) => ({ id, freeAddresses: 100, zone: 'ap-northeast-2a' })),
    repository: async (name) => ({ uri: `123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/${name}` }),
    hasImage: async () => undefined,
    registryLogin: async () => ({ user: 'AWS', password: 'secret', registry: 'registry' }),
    registryLetsIn: async () => true,
    mayPush: async () => {},
    domain: async () => ({
      engineVersion: 'OpenSearch_2.19',
      processing: false,
      fineGrained: true,
      endpoints: [HOST],
    }),
    domainHealth: async () => 'Green',
    trustPolicy: async () => trusting('system:serviceaccount:efk-harness*:efk-sidecar'),
    fargateQuota: async () => 50,
    fargatePrice: async () => ({ vcpuHour: 0.04656, gibHour: 0.00511, storageGibHour: 0.000127, asOf: '2026-11-01' }),
    ...but,
  };
}

export const kubeAnswers: KubeQuestions = {
  version: async () => 'v1.34.3',
  may: async () => true,
  secretKeys: async () => ({ AWS_ACCESS_KEY: 'filled', AWS_ACCESS_SECRET: 'filled' }),
  resolves: async () => true,
};

interface Fakes extends Partial<Omit<PreflightContext, 'apis' | 'kube' | 'settings'>> {
  apis?: Partial<AwsApis>;
  kube?: Partial<KubeQuestions>;
  settings?: Partial<PreflightContext['settings']>;
}

/** A context in which every check is ok, but for what is given. The domain has to be given, where it is asked. */
export function fakeContext({ apis, kube, settings, ...rest }: Fakes = {}): PreflightContext {
  const own = awsSettings(
    {
      region: 'ap-northeast-2',
      cluster: 'logging',
      domain: `https://${HOST}`,
      repository: 'efk',
      pods: { role: ROLE },
    },
    {},
  );
  return {
    settings: { ...own, ...settings },
    apis: fakeApis(apis),
    domain: new Client({ node: 'http://127.0.0.1:1' }),
    kubeconfig: kubeconfigWith({ name: 'arn:aws:eks:ap-northeast-2:123456789012:cluster/logging' }),
    kube: () => ({ ...kubeAnswers, ...kube }),
    pods: [{ namespace: 'efk-harness', labels: { app: 'testdeployment' } }],
    atOnce: { pods: 12, vcpu: 12 },
    ...rest,
  };
}

/** Looks with one check. */
export function lookWith(check: Check, fakes: Fakes = {}): Promise<CheckResult> {
  return check.look(fakeContext(fakes));
}

type Answer = { status: number; body: object | string };

/** A domain that answers by a function; `asked` has what it was asked: `PUT /index`. */
export async function fakeDomain(answer: (asked: string, body: string) => Answer | undefined) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const line = `${request.method} ${request.url}`;
    asked.push(line);
    const { status, body } = answer(line, Buffer.concat(chunks).toString()) ?? { status: 404, body: {} };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response
      .writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' })
      .end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const domain = new Client({ node: url });
  return {
    url,
    domain,
    asked,
    async [Symbol.asyncDispose]() {
      await domain.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
