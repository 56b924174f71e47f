import type { V1ConfigMap, V1Deployment, V1Secret } from '@kubernetes/client-node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FARGATE_PRICE } from '../../core/fargate.ts';
import type { Setup } from '../../core/target.ts';
import { ownerOfThis } from '../../tools/owner.ts';
import { CREDENTIALS } from '../kube/local-domain.ts';
import { RUN_LABEL } from '../kube/run-label.ts';
import { AwsTarget } from './aws-target.ts';
import { annotationsOf } from './claim.ts';
import { domainSink } from './domain-client.ts';
import { fakeCluster } from './fake-cluster.ts';
import { DELIVERED, deliveredOnAws, fakeIndices } from './fake-run.ts';
import { endpointOf } from './lane-deployment.ts';
import { fakeContext } from './preflight/fake-context.ts';
import { Spending } from './spending.ts';
import type { AwsStanding } from './standing.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const KEY = { accessKeyId: 'AKIAOFTHEPODS0000000', secretAccessKey: 'secret-of-the-pods' };
const SETUP: Setup = { load: { linesPerSecond: 1, lines: 1 }, pods: 1, applications: 1, parameters: {} };

async function standing(over: Partial<AwsStanding> = {}) {
  const cluster = await fakeCluster();
  const domain = await fakeIndices();
  const owner = await ownerOfThis();
  const namespaces = ['efk-harness'];
  const marks = { labels: { [RUN_LABEL]: 'r0' }, annotations: annotationsOf({ run: 'r0', owner, until: 0 }) };
  for (const name of over.namespaces ?? namespaces) cluster.add(name, marks);
  const { settings } = fakeContext();
  const own = deliveredOnAws('key' in over ? 'aws-secret' : 'aws');
  const remarks: string[] = [];
  const sink = domainSink({ endpoint: domain.url, region: 'ap-northeast-2', credentials: async () => KEY });
  const target = new AwsTarget({
    ...{ run: 'r0', owner, settings, pipeline: DELIVERED, cluster: cluster.cluster, sink, own, namespaces },
    blueprint: async () => own,
    images: { emitter: 'e@sha256:1', fluentd: 'f@sha256:2', edge: 'd@sha256:3', queue: 'redis:8.0' },
    stage: undefined,
    key: undefined,
    spending: new Spending(settings.budget, FARGATE_PRICE),
    surroundings: { target: 'aws', engine: { name: 'opensearch', version: '2.19.5' }, images: {} },
    remark: (line) => remarks.push(line),
    signal: new AbortController().signal,
    ...over,
  });
  return {
    ...{ target, cluster, domain, remarks, sink },
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]();
      await domain[Symbol.asyncDispose]();
    },
  };
}

const applied = <T>(all: readonly object[], kind: string) =>
  all.filter((one) => (one as never)['kind'] === kind) as T[];

describe('a deployment', () => {
  test('stands in the lane’s namespace, with images by digest, and writes into indices of its own at the domain', async () => {
    await using at = await standing();
    const deployment = await at.target.deploy('r1', SETUP);
    const { applied: objects } = at.cluster.state;
    const [one] = applied<V1Deployment>(objects, 'Deployment');
    expect(one!.metadata).toMatchObject({ namespace: 'efk-harness', labels: { [RUN_LABEL]: 'r1' } });
    const { containers, initContainers = [], serviceAccountName } = one!.spec!.template.spec!;
    expect([...initContainers, ...containers].map(({ image }) => image).toSorted()).toEqual([
      'e@sha256:1',
      'f@sha256:2',
    ]);
    expect(serviceAccountName).toBe('efk-sidecar');
    const conf = applied<V1ConfigMap>(objects, 'ConfigMap').flatMap(({ data }) => Object.values(data ?? {}));
    expect(conf.join('\n')).toMatch(/logstash_prefix efkh-r1$/m);
    expect(conf.join('\n')).toContain('search-logs-aaaaaaaaaaaaaaaaaaaaaaaaaa.ap-northeast-2.es.amazonaws.com');
    // Made with the namespace, for the edge too.
    expect(applied(objects, 'ServiceAccount')).toEqual([]);
    await deployment.close();
  });

  test('signs with the keys of the Secret where there is one, and with none where the scenario says so', async () => {
    await using at = await standing({ key: KEY });
    await (await at.target.deploy('r1', SETUP)).close();
    await (await at.target.deploy('r2', { ...SETUP, secret: 'empty' })).close();
    const [keys, none] = applied<V1Secret>(at.cluster.state.applied, 'Secret').map(({ stringData }) =>
      Object.values(stringData ?? {}),
    );
    expect(keys).toEqual(expect.arrayContaining(Object.values(KEY)));
    expect(none!.join('')).toBe('');
    expect(JSON.stringify(at.cluster.state.applied)).not.toContain(CREDENTIALS.secretAccessKey);
  });

  test('leaves its lane, and no index, when it is over', async () => {
    await using at = await standing();
    const deployment = await at.target.deploy('r1', SETUP);
    await expect(at.target.deploy('r2', SETUP)).rejects.toThrow('all 1 lanes are taken');
    for (const name of ['efkh-r1-2026.11.28', 'efkh-r9-2026.11.28', 'logstash-2026.11.28'])
      at.domain.state.indices.set(name, 0);
    await deployment.close();
    expect([...at.domain.state.indices.keys()]).toEqual(['efkh-r9-2026.11.28', 'logstash-2026.11.28']);
    await (await at.target.deploy('r2', SETUP)).close();
    expect(at.remarks).toEqual([]);
  });

  test('leaves its lane also where the domain is away; its indices go at the end', async () => {
    await using at = await standing();
    const deployment = await at.target.deploy('r1', SETUP);
    at.domain.state.indices.set('efkh-r1-2026.11.28', 0);
    at.domain.state.away = true;
    await deployment.close();
    expect(at.remarks).toEqual([
      expect.stringMatching(
        /^the indices efkh-r1\* are not removed: .*\[500\] .*away.*by npm run down -- --target aws$/,
      ),
    ]);
    at.domain.state.away = false;
    await (await at.target.deploy('r2', SETUP)).close();
    expect([...at.domain.state.indices.keys()]).toEqual(['efkh-r1-2026.11.28']);
    await at.target.close();
    expect([...at.domain.state.indices.keys()]).toEqual([]);
  });

  test('whose pods do not go keeps its lane until they are gone; the next waits for it', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await using at = await standing();
    const deployment = await at.target.deploy('r1', SETUP);
    const metadata = { name: 'testdeployment-7c', namespace: 'efk-harness', finalizers: ['example.org/backup'] };
    at.cluster.state.pods = [{ metadata, status: { phase: 'Running' } }];
    at.cluster.state.answer = (asked) => {
      if (asked.includes('/pods?')) vi.advanceTimersByTime(50_000);
      return undefined;
    };
    await expect(deployment.close()).rejects.toThrow(
      /the pods of run r1 in namespace efk-harness to be gone after 240s/,
    );
    at.cluster.state.answer = () => undefined;
    expect(at.remarks).toEqual([
      expect.stringMatching(
        /testdeployment-7c: Running; kept by finalizers example\.org\/backup; their lane is used again/,
      ),
    ]);
    expect(
      at.cluster.state.asked.filter((one) => /^DELETE .*\/pods\/testdeployment-7c\?.*gracePeriodSeconds=0/.test(one))
        .length,
    ).toBeGreaterThan(1);
    const before = applied(at.cluster.state.applied, 'Deployment').length;
    const next = at.target.deploy('r2', SETUP);
    const { length } = at.cluster.state.asked;
    await vi.waitFor(() => expect(at.cluster.state.asked.length).toBeGreaterThan(length), 5000);
    expect(applied(at.cluster.state.applied, 'Deployment').length).toBe(before);
    at.cluster.state.pods = [];
    await (await next).close();
    expect(applied(at.cluster.state.applied, 'Deployment').length).toBe(before + 1);
    expect(await at.target.alive()).toBe(true);
    expect(at.remarks).toHaveLength(1);
  });

  test('whose pods never go ends the run where no other lane is left', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await using at = await standing();
    const deployment = await at.target.deploy('r1', SETUP);
    at.cluster.state.pods = [{ metadata: { name: 'p', namespace: 'efk-harness' }, status: { phase: 'Running' } }];
    at.cluster.state.answer = (asked) => {
      if (asked.includes('/pods?')) vi.advanceTimersByTime(400_000);
      return undefined;
    };
    await expect(deployment.close()).rejects.toThrow('p: Running');
    await expect(at.target.deploy('r2', SETUP)).rejects.toThrow(/^no lane is left: .*p: Running$/);
    expect(await at.target.alive()).toBe(false);
  });

  test('that the cluster refuses leaves its lane, and nothing of it stays', async () => {
    await using at = await standing();
    at.cluster.state.answer = (asked) =>
      asked.startsWith('PATCH') && asked.includes('/configmaps/')
        ? { status: 403, body: { message: 'no ConfigMap today' } }
        : undefined;
    await expect(at.target.deploy('r1', SETUP)).rejects.toThrow(/refuses ConfigMap .*no ConfigMap today/);
    at.cluster.state.answer = () => undefined;
    await (await at.target.deploy('r2', SETUP)).close();
  });
});

test('a queue’s image is the one that is configured, and is brought to nodes that cannot pull it, once', async () => {
  const staged: string[] = [];
  const images = { emitter: 'e@sha256:1', fluentd: 'f@sha256:2', edge: 'd@sha256:3', queue: 'mirror/redis:9' };
  await using at = await standing({
    images,
    stage: async (image) => void staged.push(image),
    blueprint: async (topology) =>
      topology === 'redis' ? deliveredOnAws('aws', 'load/topologies/redis/redis.yaml') : deliveredOnAws(),
  });
  await (await at.target.deploy('r0', SETUP)).close();
  expect(staged).toEqual([]);
  for (const run of ['r1', 'r2']) await (await at.target.deploy(run, { ...SETUP, topology: 'redis' })).close();
  expect(staged).toEqual(['mirror/redis:9']);
  expect(at.target.surroundings.images).toEqual({ queue: 'mirror/redis:9' });
  const redis = applied<V1Deployment>(at.cluster.state.applied, 'Deployment').filter(
    ({ metadata }) => metadata!.name === 'redis',
  );
  const used = redis.flatMap(({ spec }) => spec!.template.spec!.containers.map(({ image }) => image));
  expect(used).toEqual(['mirror/redis:9', 'mirror/redis:9']);
});

describe('the end of a run', () => {
  test('removes every namespace that it can and closes the rest, and tells all that stays', async () => {
    await using at = await standing({ namespaces: ['a', 'b', 'c'] });
    const stopped = vi.spyOn(at.target.spending, 'stop');
    const closed = vi.spyOn(at.sink, 'close');
    at.cluster.state.answer = (asked) =>
      /^DELETE .*\/(a|c)$/.test(asked) ? { status: 403, body: { message: 'forbidden' } } : undefined;
    const failed = await at.target.close().catch((error) => error);
    expect(failed.name).toBe('EnvironmentError');
    expect(failed.message).toMatch(/namespace a is not removed.*forbidden.*\nthe namespace c is not removed/);
    expect([...at.cluster.state.namespaces.keys()]).toEqual(['a', 'c']);
    expect(stopped).toHaveBeenCalledOnce();
    expect(closed).toHaveBeenCalledOnce();
  });

  test('leaves a namespace alone that is another run’s by now', async () => {
    await using at = await standing();
    const theirs = annotationsOf({ run: 'r7', owner: 'host/1/2/3', until: 0 });
    at.cluster.add('efk-harness', { labels: { [RUN_LABEL]: 'r7' }, annotations: theirs });
    await at.target.close();
    expect([...at.cluster.state.namespaces.keys()]).toEqual(['efk-harness']);
  });
});

test('it is alive while API server and domain answer', async () => {
  await using at = await standing();
  expect(await at.target.alive()).toBe(true);
  at.domain.state.away = true;
  expect(await at.target.alive()).toBe(false);
});

test('an application of one’s own is not for AWS', async () => {
  await using at = await standing();
  await expect(at.target.deploy('r1', { ...SETUP, application: 'mine:1' })).rejects.toThrow('npm run dev alone');
});

test.each([
  ['https://search-logs.es.amazonaws.com', undefined, { host: 'search-logs.es.amazonaws.com', scheme: 'https' }],
  ['https://x', 'http://10.0.0.7:9200', { host: '10.0.0.7', port: 9200, scheme: 'http' }],
])('a domain at %s (from pods: %s) is %o for pods', (endpoint, fromPods, expected) => {
  const domain = { endpoint, name: 'logs', ...(fromPods ? { fromPods } : {}) };
  expect(endpointOf({ domain, region: 'eu-west-1' })).toEqual({ ...expected, region: 'eu-west-1' });
});
