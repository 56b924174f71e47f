import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AwsApisAdmin } from '../../../rehearsal/admin-client.ts';
import { type AwsApis as StandIn, startAwsApis } from '../../../rehearsal/aws-apis.ts';
import { type Keys, personKeys, WORLD } from '../../../rehearsal/fake-account.ts';
import type { PlantName } from '../../../rehearsal/plants.ts';
import { type AwsApis, awsApis } from '../apis.ts';
import { fargatePrices } from '../prices.ts';
import { checksFor } from './checks.ts';
import { fakeContext } from './fake-context.ts';
import { preflight } from './preflight.ts';

/** What the APIs do not answer: cluster and domain themselves. */
const OTHERS = ['kube context', 'API server', 'rights', 'CoreDNS', 'domain reachable', 'signature'];
const OF_THE_DOMAIN = ['cluster health', 'write and read'];

let registry: Server;
let standIn: StandIn;
let admin: AwsApisAdmin;
let keys: Keys;

beforeAll(async () => {
  const password = Buffer.from(`AWS:${WORLD.repository.token}`).toString('base64');
  registry = createServer(({ headers }, response) => {
    response.writeHead(headers.authorization === `Basic ${password}` ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const uri = `127.0.0.1:${(registry.address() as AddressInfo).port}/${WORLD.repository.name}`;
  const world = {
    ...WORLD,
    repository: { ...WORLD.repository, uri },
    pods: { ...WORLD.pods, subject: 'system:serviceaccount:logs*:efk-sidecar' },
  };
  standIn = await startAwsApis({ world, port: 0, adminPort: 0 });
  admin = new AwsApisAdmin(`http://127.0.0.1:${standIn.adminPort}`);
  keys = await personKeys(standIn.port);
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${standIn.port}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  registry.close();
  await standIn[Symbol.asyncDispose]();
});

/** Preflight of the account that the stand-in plays, with failures planted. */
async function look(...plants: PlantName[]) {
  await admin.plant(plants);
  using apis = awsApis({ region: WORLD.region, credentials: keys });
  return lookBy(apis);
}

async function lookBy(apis: AwsApis) {
  const { cluster, domain, pods, repository } = WORLD;
  const place = {
    cluster: cluster.name,
    domain,
    namespace: 'logs',
    pods: { role: pods.role },
    repository: repository.name,
  };
  const context = fakeContext({
    settings: place,
    pods: [{ namespace: 'logs', labels: { app: 'web' } }],
    atOnce: { pods: 3, vcpu: 3 },
  });
  const checks = checksFor(context.settings).filter(({ name }) => ![...OTHERS, ...OF_THE_DOMAIN].includes(name));
  return preflight({ ...context, apis }, undefined, { checks });
}

test('the account that the stand-in plays has all that a run needs', async () => {
  expect((await look()).filter(({ state }) => state !== 'ok')).toEqual([]);
});

test('what checks and estimate both go by is asked once; a question that failed is asked again', async () => {
  const answered = async () => (await admin.calls()).filter(({ status }) => status === 200).map(({ action }) => action);
  const before = (await answered()).length;
  using apis = awsApis({ region: WORLD.region, credentials: keys });
  await admin.plant(['pricing=broken', 'opensearch=denied']);
  const failed = (await lookBy(apis)).filter(({ state }) => state === 'bad');
  expect(failed.map(({ check }) => check)).toEqual(['domain', 'price']);
  await admin.plant([]);
  expect((await lookBy(apis)).filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(await fargatePrices({ prices: 'aws', region: WORLD.region }, apis)).toMatchObject({
    vcpuHour: expect.any(Number),
  });
  const asked = (await answered()).slice(before);
  for (const action of ['pricing:GetProducts', 'es:DescribeDomain'])
    expect(asked.filter((one) => one === action)).toEqual([action]);
});

test.each<[PlantName, string, RegExp, RegExp]>([
  ['sts=expired', 'credentials', /expired/, /get new ones/],
  ['sts=throttled', 'credentials', /sts:GetCallerIdentity/, /in a minute/],
  ['eks=denied', 'EKS cluster', /eks:DescribeCluster/, /allow eks:DescribeCluster /],
  ['eks=absent', 'EKS cluster', /no cluster production/, /list-clusters/],
  ['eks=creating', 'EKS cluster', /being created/, /wait cluster-active/],
  ['eks=profile-absent', 'Fargate profile', /no Fargate profile/, /create-fargate-profile/],
  ['eks=profile-other-namespace', 'Fargate profile', /its namespace is/, /namespace='logs\*'/],
  ['eks=profile-other-labels', 'Fargate profile', /it wants the label/, /create-fargate-profile/],
  ['eks=profile-creating', 'Fargate profile', /being created/, /wait fargate-profile-active/],
  ['ec2=full', 'subnets', /^0 free addresses for 3 pods/, /larger private subnets/],
  ['ec2=denied', 'subnets', /UnauthorizedOperation/, /allow ec2:DescribeSubnets /],
  ['ecr=absent', 'ECR repository', /no repository team\/fluentd/, /create-repository/],
  ['registry=denied', 'push to ECR', /refuses the password/, /docker login/],
  ['ecr=push-denied', 'push to ECR', /ecr:InitiateLayerUpload/, /allow ecr:InitiateLayerUpload /],
  ['opensearch=absent', 'domain', /no domain logs/, /list-domain-names/],
  ['opensearch=processing', 'domain', /in progress/, /wait/],
  ['opensearch=red', 'domain health', /red/, /describe-domain-health/],
  ['opensearch=denied', 'domain', /es:DescribeDomain/, /allow es:DescribeDomain /],
  ['iam=absent', "pods' role", /no role pods/, /docs\/aws\.md/],
  [
    'iam=trust-other-account',
    "pods' role",
    /does not let in system:serviceaccount:logs:efk-sidecar/,
    /add this statement/,
  ],
  ['iam=trust-no-oidc', "pods' role", /does not let in/, /oidc-provider\/oidc\.eks/],
  ['iam=denied', "pods' role", /iam:GetRole/, /allow iam:GetRole /],
  ['quotas=small', 'Fargate quota', /1 vCPU, and the run needs 3/, /request-service-quota-increase/],
  ['pricing=broken', 'price', /pricing:GetProducts: Internal/, /prices: 'table'/],
  ['clock=late', 'clock', /\d+s ahead of AWS's: .*5 min/, /chrony/],
])('%s is seen by the check that it is for', async (plant, check, saw, fix) => {
  const bad = (await look(plant)).filter(({ state }) => state === 'bad');
  expect(bad.map((one) => one.check)).toContain(check);
  expect(bad.find((one) => one.check === check)).toMatchObject({
    saw: expect.stringMatching(saw),
    fix: expect.stringMatching(fix),
  });
  for (const secret of [keys.secretAccessKey, keys.sessionToken, WORLD.repository.token])
    expect(JSON.stringify(bad)).not.toContain(secret);
});
