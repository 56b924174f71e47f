import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { accessAws, REHEARSAL } from '../cli/aws-access.ts';
import { rehearsedSettings } from '../cli/aws-settings.ts';
import { readConfig } from '../cli/config.ts';
import { ROOT } from '../cli/root.ts';
import { type Ended, type SpawnOptions, spawnCli } from '../cli/spawn-cli.ts';
import type { Scenario } from '../core/scenario.ts';
import { loadScenarios } from '../runner/load-scenarios.ts';
import { newRunId } from '../runner/run-id.ts';
import { lookFirst } from '../targets/aws/look-first.ts';
import { workOf } from '../targets/aws/plan.ts';
import { blueprintsFor } from '../targets/aws/start.ts';
import { Cluster } from '../targets/kube/cluster.ts';
import { findPipeline } from '../targets/kube/pipeline.ts';
import { RUN_LABEL } from '../targets/kube/run-label.ts';
import { PLANTS, type PlantName } from './plants.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

const docker = inject('docker');
const { signal } = new AbortController();
const quiet = { say: () => {}, remark: () => {}, signal };

let rehearsal: Rehearsal;
let folder: string;
let env: Record<string, string>;
let cluster: Cluster;
let scenarios: Scenario[];

/** One account for all tests: what a command leaves behind on it can be seen. */
beforeAll(async () => {
  if (!docker) return;
  const { k3s, opensearch } = readConfig().images;
  const images = { k3s, engine: opensearch };
  rehearsal = await startRehearsal({
    run: newRunId(),
    root: ROOT,
    settings: await rehearsedSettings(),
    images,
    ...quiet,
  });
  folder = mkdtempSync(join(tmpdir(), 'efk-test-'));
  const file = join(folder, 'rehearsal.json');
  writeFileSync(file, JSON.stringify(rehearsal), { mode: 0o600 });
  env = { [REHEARSAL]: file };
  Object.assign(process.env, env);
  cluster = new Cluster(rehearsal.stack.kubeconfig);
  scenarios = await loadScenarios(join(ROOT, 'scenarios'));
}, 300_000);

afterAll(async () => {
  await rehearsal?.[Symbol.asyncDispose]();
  if (folder) rmSync(folder, { recursive: true });
}, 60_000);

const aws = (command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ended> =>
  spawnCli(command, ['--target', 'aws', '--rehearse', ...args], { ...options, env: { ...env, ...options.env } });
const ONE = ['-t', 'delivers-every-line'];

/** What is on the account of ours: namespaces and indices. */
async function left(): Promise<string[]> {
  const namespaces = (await cluster.core.listNamespace({ labelSelector: RUN_LABEL })).items;
  const response = await fetch(`${rehearsal.stack.engineUrl}/_cat/indices/efkh-*?h=index`);
  const text = await response.text();
  if (!response.ok) throw new Error(`the engine does not list its indices: ${response.status} ${text}`);
  const indices = text.split('\n');
  return [...namespaces.map(({ metadata }) => metadata!.name!), ...indices.filter(Boolean)];
}

/** Of a failure that every API may have: what it took to be allowed, or that AWS wants a pause, or that it broke; by the check that asks. */
const COMMON: Record<string, [check: string, action: string]> = {
  sts: ['credentials', 'sts:\\w+'],
  eks: ['EKS cluster', 'eks:DescribeCluster'],
  ec2: ['subnets', 'ec2:DescribeSubnets'],
  ecr: ['ECR repository', 'ecr:DescribeRepositories'],
  opensearch: ['domain', 'es:DescribeDomain'],
  iam: ["pods' role", 'iam:GetRole'],
  quotas: ['Fargate quota', 'servicequotas:GetServiceQuota'],
  pricing: ['price', 'pricing:GetProducts'],
};
const WORDS: Record<string, [saw: string, fix: string]> = {
  denied: ['is not authorized to perform', 'allow ACTION to the user or role'],
  throttled: ['(Rate|Request limit) exceeded', 'in a minute'],
  broken: ['Internal', 'health\\.aws\\.amazon\\.com'],
};

/** Of the others: the check, what it saw, and how to mend it. */
const OWN: Record<string, [check: string, saw: RegExp, fix: RegExp]> = {
  'sts=expired': ['credentials', /is expired/, /aws sso login/],
  'eks=absent': ['EKS cluster', /there is no cluster logging in ap-northeast-2/, /aws eks list-clusters/],
  'eks=creating': ['EKS cluster', /is being created/, /aws eks wait cluster-active/],
  'eks=profile-absent': [
    'Fargate profile',
    /no Fargate profile/,
    /aws eks create-fargate-profile .*namespace='efk-harness\*'/,
  ],
  'eks=profile-other-namespace': ['Fargate profile', /its namespace is another-namespace/, /create-fargate-profile/],
  'eks=profile-other-labels': ['Fargate profile', /it wants the label no-pod-has=this-label/, /create-fargate-profile/],
  'eks=profile-creating': ['Fargate profile', /is being created/, /aws eks wait fargate-profile-active/],
  'ec2=full': ['subnets', /0 free addresses for \d+ pods at once/, /larger private subnets/],
  'ecr=absent': ['ECR repository', /there is no repository efk-sidecar-harness/, /aws ecr create-repository/],
  'ecr=push-denied': [
    'push to ECR',
    /not authorized to perform: ecr:InitiateLayerUpload/,
    /allow ecr:InitiateLayerUpload/,
  ],
  'opensearch=absent': ['domain', /has no domain logs/, /aws opensearch list-domain-names/],
  'opensearch=processing': ['domain', /a change of logs is in progress/, /describe-domain-change-progress/],
  'opensearch=red': ['domain health', /red: some shards are on no node/, /_cat\/indices/],
  'iam=absent': ["pods' role", /there is no role efk-sidecar-harness-pods/, /docs\/aws\.md/],
  'iam=trust-other-account': [
    "pods' role",
    /does not let in system:serviceaccount:efk-harness:efk-sidecar/,
    /update-assume-role-policy/,
  ],
  'iam=trust-no-oidc': [
    "pods' role",
    /does not let in system:serviceaccount:efk-harness:efk-sidecar/,
    /"Federated":"arn:aws:iam::/,
  ],
  'quotas=small': ['Fargate quota', /1 vCPU, and the run needs \d+ at once/, /request-service-quota-increase/],
  'clock=late': ['clock', /ahead of AWS's/, /chrony/],
  'registry=denied': ['push to ECR', /refuses the password/, /docker login/],
  'domain=red': ['cluster health', /^red: /, /allocation\/explain/],
  'domain=denied': ['write and read', /access policy does not allow/, /es:ESHttp/],
  'domain=not-mapped': ['write and read', /maps it to no role that may/, /[Mm]ap/],
  'domain=read-only': ['write and read', /takes no writes/, /room on the domain/],
  'domain=unreachable': ['domain reachable', /nothing answers/, /network/],
  'domain=signature': ['signature', /does not take the signature/, /region/],
};

/** The line that a planted failure must have. */
function lineOf(plant: PlantName): [check: string, saw: RegExp, fix: RegExp] {
  const [api, failure] = plant.split('=') as [string, string];
  const words = WORDS[failure];
  const common = COMMON[api];
  if (plant in OWN || !words || !common) return OWN[plant]!;
  return [common[0], new RegExp(`^${common[1]}: .*${words[0]}`), new RegExp(words[1].replace('ACTION', common[1]))];
}

describe.skipIf(!docker)('what is looked at before a run', () => {
  test('is well on an account that has all it takes', async () => {
    const { code, stdout, stderr } = await aws('doctor', []);
    expect(stderr).toBe('');
    expect(stdout).not.toMatch(/^[✘!]/m);
    expect(stdout.match(/^✔/gm)?.length).toBe(21);
    expect(code).toBe(0);
  });

  test.each(Object.keys(PLANTS) as PlantName[])('%s has a line of its own, with what mends it', async (plant) => {
    const { images } = readConfig();
    await using access = await accessAws({ rehearse: true, plant: [plant] }, { run: newRunId(), images, ...quiet });
    const pipeline = findPipeline('delivered', ROOT);
    const place = { root: ROOT, pipeline, settings: access.settings, images, present: async () => {} };
    const results = await lookFirst(access, await blueprintsFor(place)('direct'), workOf(scenarios));
    const [check, saw, fix] = lineOf(plant);
    const bad = results.filter(({ state }) => state === 'bad');
    const line = { check, state: 'bad', saw: expect.stringMatching(saw), fix: expect.stringMatching(fix) };
    // One that is red is so by the service's word and by its own.
    if (plant === 'opensearch=red') expect(bad).toEqual([line, expect.objectContaining({ check: 'cluster health' })]);
    else expect(bad).toEqual([line]);
  });

  test('a run is not begun where something is to be mended: exit 3, its line, and nothing made', async () => {
    for (const plant of ['eks=absent', 'domain=red', 'ecr=throttled']) {
      const { code, stderr } = await aws('e2e', [...ONE, '--plant', plant]);
      const [check, saw] = lineOf(plant as PlantName);
      expect(
        stderr
          .split('\n')
          .find((line) => line.startsWith(`✘ ${check}: `))
          ?.replace(`✘ ${check}: `, ''),
      ).toMatch(saw);
      expect(stderr).toContain('nothing was made, and nothing spent');
      expect([plant, code]).toEqual([plant, 3]);
    }
    expect(await left()).toEqual([]);
  });
});

describe.skipIf(!docker)('Ctrl-C leaves nothing on the account', () => {
  const pods = async () => (await cluster.core.listPodForAllNamespaces({ labelSelector: RUN_LABEL })).items;
  const called = (action: string) => {
    let before: number | undefined;
    return async () => {
      const now = (await rehearsal.calls()).filter((call) => call.action === action).length;
      before ??= now;
      return now > before;
    };
  };
  const phases: [string, string[], () => SpawnOptions['interruptWhen']][] = [
    ['while it looks first', ONE, () => called('sts:GetCallerIdentity')],
    ['while it pushes', ONE, () => called('ecr:GetAuthorizationToken')],
    ['once its namespaces are there', ONE, () => async () => (await left()).length > 0],
    ['while pods start', ONE, () => async () => (await pods()).length > 0],
    [
      'while an edge starts',
      ['-t', 'survives-throttling'],
      () => async () => (await pods()).some(({ metadata }) => metadata!.labels!['app'] === 'efk-edge'),
    ],
    ['while it writes', ONE, () => async () => (await left()).some((name) => name.startsWith('efkh-r'))],
    ['while it takes things down', ONE, () => (said) => said.includes('✔ delivers-every-line')],
  ];
  test.each(phases)('%s', async (phase, args, when) => {
    const { code, stderr } = await aws('e2e', args, { interruptWhen: when()! });
    expect(stderr).toContain('taking everything down');
    // What was found stands, where nothing but the end was left.
    expect(code).toBe(phase === 'while it takes things down' ? 0 : 130);
    expect(await left()).toEqual([]);
  });
});

describe.skipIf(!docker)('a run', () => {
  /** As on a real account: without a rehearsal's own code. */
  const real = () => {
    const { settings, environment } = rehearsal;
    return {
      ...environment,
      EFK_AWS_REGION: settings.region,
      EFK_AWS_CLUSTER: settings.cluster,
      EFK_AWS_DOMAIN: settings.domain.endpoint,
      EFK_AWS_DOMAIN_NAME: settings.domain.name,
      EFK_AWS_REPOSITORY: settings.repository,
      EFK_AWS_POD_ROLE: (settings.pods as { role: string }).role,
    };
  };
  const down = (...args: string[]) => spawnCli('down', ['--target', 'aws', ...args], { env: real() });

  test('that was killed leaves what down finds; one that is under way is left alone, and holds its namespaces', async () => {
    await aws('e2e', ONE, {
      interruptWhen: async () => (await left()).some((name) => name.startsWith('efkh-r')),
      by: 'SIGKILL',
    });
    expect((await left()).filter((name) => !name.startsWith('efkh-r'))).toEqual([
      'efk-harness',
      'efk-harness-2',
      'efk-harness-3',
    ]);
    const cleared = await down();
    expect(cleared.stderr).toBe('');
    expect(cleared.stdout).toMatch(
      /removed 3 namespaces \(efk-harness, efk-harness-2, efk-harness-3\) and 1 indices \(efkh-r/,
    );
    expect(await left()).toEqual([]);

    let meanwhile: { down: Ended; second: Ended } | undefined;
    // Long enough for two commands beside it, on a slow machine too.
    const first = await aws('e2e', [...ONE, '--set', 'load.for=30s'], {
      interruptWhen: async () => {
        if (!meanwhile && (await left()).some((name) => name.startsWith('efkh-r')))
          meanwhile = { down: await down(), second: await aws('e2e', ONE) };
        return false;
      },
    });
    expect(first.code).toBe(0);
    expect(meanwhile?.down.stdout).toMatch(/removed 0 namespaces and 0 indices.*\nefk-harness is in use by a run/);
    expect([meanwhile?.second.code, meanwhile?.second.stderr]).toEqual([
      3,
      expect.stringContaining('is in use by another run'),
    ]);
    expect(await left()).toEqual([]);
  });

  test.each([
    ['time', { EFK_AWS_MINUTES: '0.25' }, /the time limit of 15\.0s ended the run/],
    ['spend', { EFK_AWS_DOLLARS: '0.0001' }, /the spend limit of \$0\.00 ended the run/],
  ])('ends at its %s limit by itself, with exit 3, and leaves nothing', async (_limit, limits, words) => {
    const { code, stdout } = await aws('e2e', [...ONE, '-t', 'survives-an-outage'], { env: limits });
    expect(stdout).toMatch(words);
    expect(code).toBe(3);
    expect(await left()).toEqual([]);
  });

  test('tells no secret: not on its output, not in its results', async () => {
    const { code, stdout, stderr } = await aws('e2e', [...ONE, '-t', 'survives-throttling', '--json']);
    expect(code).toBe(0);
    const results = JSON.parse(stdout);
    expect(results).toMatchObject({
      target: 'aws',
      rehearsal: expect.arrayContaining([expect.stringContaining('local')]),
    });
    const { person, keys, repository } = rehearsal.world;
    const secrets = [
      person.key.secretAccessKey,
      repository.token,
      ...keys.map(({ secretAccessKey }) => secretAccessKey),
    ];
    const folder = join(
      ROOT,
      'results',
      readdirSync(join(ROOT, 'results')).find((name) => name.endsWith(results.run))!,
    );
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(10);
    const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    // Whatever STS hands out begins like this.
    for (const text of [...texts, stdout, stderr]) {
      for (const secret of secrets) expect(text).not.toContain(secret);
      expect(text).not.toMatch(/aws_secret_access_key|SessionToken|"secretAccessKey"/);
    }
    expect(await left()).toEqual([]);
  });
});
