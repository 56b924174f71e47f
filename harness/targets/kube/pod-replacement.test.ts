import type { V1Deployment, V1Pod, V1Secret } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';
import { changeSecret } from './object-changes.ts';
import { deletePods, deletePodsNow, evictPods, restartRollout, wantedPods } from './pod-replacement.ts';
import { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';

type Verb = [string, string, ...unknown[]];

let known: V1Pod[];
let done: Verb[];
let prepared: Prepared;
let pods: Pods;

const pod = (name: string, ready: boolean): V1Pod => ({
  metadata: { name, namespace: 'ns', uid: name },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
/** What happens in a cluster after a verb: the new pod comes up beside the old one, gets ready, the old one goes. */
const replacing = () => {
  const steps = [
    [pod('old', true), pod('new', false)],
    [pod('old', true), pod('new', true)],
    [pod('new', false)],
    [pod('new', true)],
  ];
  for (const [i, step] of steps.entries())
    setTimeout(
      () => {
        done.push(['step', String(i)]);
        known = step;
      },
      200 * (i + 1),
    );
};

beforeEach(async () => {
  known = [pod('old', true)];
  done = [];
  const deployment = { kind: 'Deployment', metadata: { name: 'app' }, spec: { replicas: 1, template: {} } };
  const container = {
    name: 'app',
    env: [{ name: 'K', valueFrom: { secretKeyRef: { name: 'keys', key: 'ACCESS_KEY' } } }],
  };
  prepared = {
    deployments: [deployment],
    parts: [],
    objects: [{ kind: 'Secret', metadata: { name: 'keys' } }],
    anatomy: { deployment: { spec: { template: { spec: { containers: [container] } } } } },
  } as unknown as Prepared;
  const cluster = {
    pods: async () => known,
    apply: async ({ kind, spec, stringData }: V1Deployment & { stringData?: object }) => {
      done.push(['apply', kind!, stringData ?? spec?.replicas]);
      if (spec?.replicas === 0) known = [];
      if (spec?.replicas === 1) replacing();
    },
    remove: async ({ metadata }: V1Pod, grace: number) => {
      done.push(['remove', metadata!.name!, grace]);
      replacing();
    },
    core: {
      createNamespacedPodEviction: async ({ name, body }: { name: string; body: { apiVersion: string } }) => {
        done.push(['evict', name, body.apiVersion]);
        replacing();
      },
    },
  };
  const ears = { line: () => {}, end: () => {} };
  pods = new Pods(cluster as unknown as Cluster, 'ns', 'run=r', ears, new AbortController().signal);
  pods.start();
  const look = () => (pods.now.length > 0 ? { met: true as const, value: 0 } : { met: false as const, saw: 'none' });
  await pods.until({ name: 'the pod', look }, 2000, 5);
});
afterEach(() => pods.stop());

const ALL_STEPS = ['0', '1', '2', '3'].map((step) => ['step', step]);
const TOOK = /new took its place within \d+\.\ds$/;

describe('a pod is replaced', () => {
  test('once the old one is gone and the new one is ready, not before: evicted', async () => {
    expect(await evictPods(pods, prepared)).toMatch(/^pod old evicted; new took/);
    expect(done).toEqual([['evict', 'old', 'policy/v1'], ...ALL_STEPS]);
  });

  test('deleted at once, by the pod and not by its Deployment', async () => {
    expect(await deletePodsNow(pods, prepared)).toMatch(TOOK);
    expect(done).toEqual([['remove', 'old', 1], ...ALL_STEPS]);
  });

  test('after its Secret changed, by a rollout that changes the template', async () => {
    const key = { accessKeyId: 'NEW', secretAccessKey: 'HIDDEN' };
    const changer = {
      put: (object: V1Secret) => pods.cluster.apply(object),
      hurry: async () => {},
      fluentdLog: () => [],
      until: pods.until.bind(pods),
      rollOut: () => restartRollout(pods, prepared),
    };
    const trace = await changeSecret(changer, prepared, key);
    expect(trace).toMatch(/^Secret keys holds NEW; rollout restart; new took/);
    expect(trace).not.toContain('HIDDEN');
    expect(done).toEqual([['apply', 'Secret', { ACCESS_KEY: 'NEW' }], ['apply', 'Deployment', 1], ...ALL_STEPS]);
    const { annotations } = prepared.deployments[0]!.spec!.template.metadata!;
    expect(Object.keys(annotations!)).toEqual(['efk-sidecar-harness/restarted']);
  });
});

test('pods that are deleted for good are not wanted any more', async () => {
  expect(wantedPods(prepared)).toBe(1);
  expect(await deletePods(pods, prepared)).toMatch(/^pod old deleted with its grace period, gone after/);
  expect([done, wantedPods(prepared)]).toEqual([[['apply', 'Deployment', 0]], 0]);
});
