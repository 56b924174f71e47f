import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject, RbacV1Subject } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { accessAws } from '../cli/aws-access.ts';
import { rehearsedSettings } from '../cli/aws-settings.ts';
import { changeEnvironment, readConfig } from '../cli/config.ts';
import { ROOT } from '../cli/root.ts';
import { EdgeAdmin } from '../edge/admin-client.ts';
import { loadScenarios, pickScenarios } from '../runner/load-scenarios.ts';
import { newRunId } from '../runner/run-id.ts';
import { runScenario } from '../runner/run-scenario.ts';
import { runSuite } from '../runner/run-suite.ts';
import type { AwsAccess } from '../targets/aws/access.ts';
import { clearAws } from '../targets/aws/down.ts';
import { workOf } from '../targets/aws/plan.ts';
import { allows, notCovered, type SeenAction, unused } from '../targets/aws/policies.ts';
import { readPolicies } from '../targets/aws/read-policies.ts';
import { startAws } from '../targets/aws/start.ts';
import { Cluster } from '../targets/kube/cluster.ts';
import { findPipeline } from '../targets/kube/pipeline.ts';
import { addressOf } from '../tools/containers.ts';
import { ensureImage } from '../tools/images.ts';
import { lastWords } from '../tools/last-words.ts';
import { AwsApisAdmin } from './admin-client.ts';
import { PodIdentity } from './pod-identity.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';
import { RehearsalCluster } from './rehearsal-cluster.ts';
import { actionsOfCalls, actionsOfMethods, actionsOfRegistry } from './seen-actions.ts';

const docker = inject('docker');
/** Every way to the domain: by the sidecar's own signature, by the edge's, and by that of an edge that asks the engine for its name. */
const SCENARIOS = ['delivers-every-line', 'survives-an-outage', 'survives-throttling'];
/** In the place of EKS's group: somebody without more rights in the cluster than docs/aws/kubernetes-rights.yaml gives. */
const PERSON = { name: 'person', namespace: 'default' };
const DOMAIN = 'arn:aws:es:REGION:ACCOUNT:domain/DOMAIN';

/** Seen in a rehearsal, and in no policy. */
const NOT_OURS: Record<string, string> = {
  'sts:AssumeRole':
    'how somebody comes by the keys of their role is their own matter; in a rehearsal a user takes it on',
};
/** In a policy, and not seen here. */
const NOT_SEEN: Record<string, string> = {
  'ecr:BatchGetImage':
    'Docker looks behind a tag where it keeps images in containerd; AWS’s own policy for a push has it too',
};

const quiet = { say: () => {}, remark: () => {}, signal: new AbortController().signal };
/** `GET /_cat/indices/efkh-*`: what the person asked the domain. */
const asked = new Set<string>();

let rehearsal: Rehearsal;
let access: AwsAccess & AsyncDisposable;
let folder: string;

beforeAll(async () => {
  if (!docker) return;
  const { images } = readConfig();
  const settings = await rehearsedSettings();
  folder = mkdtempSync(join(tmpdir(), 'efk-test-'));
  const run = newRunId();
  const { k3s, opensearch } = images;
  rehearsal = await startRehearsal({ run, root: ROOT, settings, images: { k3s, engine: opensearch }, ...quiet });
  changeEnvironment({ ...rehearsal.environment, ...variablesOf(rehearsal) }, rehearsal.without);
  const kubeconfig = await kubeconfigOfPerson(rehearsal);
  const sts = await addressOf(`${rehearsal.stack.network}-aws`, rehearsal.stack.network);
  const identity = new PodIdentity(settings.region, `http://${sts.ip}:4566`);
  const stage: (reference: string, how: typeof quiet) => Promise<void> = rehearsal.stage;
  access = {
    ...(await accessAws({ rehearse: false, plant: [] }, { run, images, ...quiet })),
    cluster: () => new RehearsalCluster(kubeconfig, identity),
    stage: (reference) => stage(reference, quiet),
  };
  subscribe(REQUESTS, note);
}, 300_000);

afterAll(async () => {
  unsubscribe(REQUESTS, note);
  await access?.[Symbol.asyncDispose]();
  await rehearsal?.[Symbol.asyncDispose]();
  if (folder) rmSync(folder, { recursive: true });
}, 60_000);

const REQUESTS = 'http.client.request.start';
function note(message: unknown): void {
  const { request } = message as { request: ClientRequest };
  const toDomain = String(request.getHeader('authorization')).includes('/es/aws4_request');
  // The OpenSearch Service's own API is signed for the same service; these are its paths.
  if (toDomain && !request.path.startsWith('/2021-01-01/'))
    asked.add(`${request.method} ${request.path.replace(/\?.*$/, '')}`);
}

describe.skipIf(!docker)('with the rights of docs/aws/ and no others', () => {
  test('the API server holds the person to them', async () => {
    const person = access.cluster('');
    expect(await person.may({ verb: 'list', resource: 'pods', namespace: 'efk-harness' })).toBe(true);
    expect(await person.may({ verb: 'get', resource: 'secrets', namespace: 'efk-harness' })).toBe(false);
    expect(await person.may({ verb: 'list', resource: 'nodes' })).toBe(false);
  });

  test('scenarios run', async () => {
    const scenarios = pickScenarios(await loadScenarios(join(ROOT, 'scenarios')), SCENARIOS);
    const { images } = readConfig();
    const target = await startAws({
      ...access,
      ...{ run: newRunId(), root: ROOT, pipeline: findPipeline('delivered', ROOT), work: workOf(scenarios), images },
      ...quiet,
      present: (image) => ensureImage(image),
      ask: async () => true,
    });
    try {
      const how = { parameters: {}, keep: false, ...quiet };
      const suite = await runSuite(target, scenarios, target.lanes, {
        run: (scenario, onVerified) =>
          runScenario(target, scenario, { ...how, folder: join(folder, scenario.name), onVerified }),
        onStart: () => {},
        onDone: () => {},
        alive: () => target.alive(),
        signal: quiet.signal,
      });
      expect(suite.scenarios.map(({ name, outcome, reasons }) => ({ name, outcome, reasons }))).toEqual(
        scenarios.map(({ name }) => ({ name, outcome: 'pass', reasons: [] })),
      );
    } finally {
      await target.close();
    }
  });

  test('what a run left is removed', async () => {
    await fetch(`${rehearsal.stack.engineUrl}/efkh-left`, { method: 'PUT' });
    const removed = { namespaces: [], indices: ['efkh-left'], inUse: [], young: [] };
    expect(await clearAws(access, { force: true })).toEqual(removed);
  });

  test('nothing was done that the policies do not allow, and nothing is allowed that was not done', async () => {
    const policies = readPolicies(ROOT);
    const seen = await seenIn(rehearsal);
    expect(notCovered(policies, seen).filter(({ action }) => !(action in NOT_OURS))).toEqual([]);
    expect(unused(policies, seen).filter(({ action }) => !(action in NOT_SEEN))).toEqual([]);
  });

  test('of the domain the person was asking no more than the policy has by path', () => {
    const { person } = readPolicies(ROOT);
    const refused = [...asked].filter((one) => {
      const [method = '', path = ''] = one.split(' ');
      return !allows(person, `es:ESHttp${method}`, DOMAIN + decodeURIComponent(path));
    });
    expect(refused).toEqual([]);
    expect([...asked].some((one) => /^POST \/efkh-.+\/_search$/.test(one))).toBe(true);
  });
});

/** Everything that was done so far, by whom and by which action. */
async function seenIn({ stack: { network, edgeAdminUrl } }: Rehearsal): Promise<SeenAction[]> {
  const aws = await addressOf(`${network}-aws`, network);
  const { host, protocol } = new URL(edgeAdminUrl);
  const admin = new AwsApisAdmin(`${protocol}//${host.split(':')[0]}:${aws.ports['4567']}`);
  const { methods } = await new EdgeAdmin(edgeAdminUrl).counters();
  return [
    ...actionsOfCalls(await admin.calls()),
    ...actionsOfMethods(methods, await admin.keyHolders()),
    ...actionsOfRegistry(await lastWords(`${network}-registry`, 100_000)),
  ];
}

/** The variables by which a command finds the rehearsal as if it were the account itself. */
function variablesOf({ settings }: Rehearsal): Record<string, string> {
  const { region, cluster, context, domain, repository, pods } = settings;
  return {
    EFK_AWS_REGION: region,
    EFK_AWS_CLUSTER: cluster,
    EFK_AWS_CONTEXT: context!,
    EFK_AWS_DOMAIN: domain.endpoint,
    EFK_AWS_DOMAIN_NAME: domain.name,
    EFK_AWS_DOMAIN_FROM_PODS: domain.fromPods!,
    EFK_AWS_REPOSITORY: repository,
    EFK_AWS_POD_ROLE: 'role' in pods ? pods.role : '',
  };
}

/** The rehearsal's kubeconfig for somebody with the rights of docs/aws/kubernetes-rights.yaml alone: a service account in the place of EKS's group. */
async function kubeconfigOfPerson({ environment, stack }: Rehearsal): Promise<string> {
  const admin = new Cluster(stack.kubeconfig);
  await admin.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: PERSON });
  const rights = parseAllDocuments(readFileSync(join(ROOT, 'docs/aws/kubernetes-rights.yaml'), 'utf8'));
  for (const object of rights.map((one) => one.toJS() as KubernetesObject & { subjects?: RbacV1Subject[] }))
    await admin.apply(object.subjects ? withSubject(object, { kind: 'ServiceAccount', ...PERSON }) : object);
  const body = { spec: { audiences: [], expirationSeconds: 3600 } };
  const { status } = await admin.core.createNamespacedServiceAccountToken({ ...PERSON, body });
  const kubeconfig = parse(readFileSync(environment['KUBECONFIG']!, 'utf8'));
  kubeconfig.users[0].user = { token: status!.token };
  return stringify(kubeconfig);
}

function withSubject(object: KubernetesObject, subject: RbacV1Subject): KubernetesObject {
  return { ...object, subjects: [subject] } as KubernetesObject;
}
