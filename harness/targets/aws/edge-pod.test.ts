import type { V1Deployment, V1Secret } from '@kubernetes/client-node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fargateLint } from '../../core/fargate-lint/lint.ts';
import { podOf } from '../../core/fargate-lint/objects.ts';
import { podSize } from '../../core/fargate-lint/pod-size.ts';
import { CREDENTIALS } from '../kube/local-domain.ts';
import { RUN_LABEL } from '../kube/run-label.ts';
import { EDGE_LABELS, type EdgePodOptions, edgeObjects } from './edge-objects.ts';
import { EdgePod } from './edge-pod.ts';
import { fakeCluster } from './fake-cluster.ts';
import { EDGE_SIZE } from './plan.ts';

afterEach(() => {
  vi.useRealTimers();
});

const KEY = { accessKeyId: 'AKIAOFTHEPODS0000000', secretAccessKey: 'secret-of-the-pods' };

function options(over: Partial<EdgePodOptions> = {}): EdgePodOptions {
  return {
    ...{ namespace: 'efk-harness', run: 'r1', image: 'd@sha256:3', region: 'ap-northeast-2', slowness: 1 },
    ...{ backend: 'https://logs.es.amazonaws.com', upstream: { serviceAccount: 'efk-sidecar' } },
    signal: new AbortController().signal,
    ...over,
  };
}
const openPorts = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
const deploymentIn = (objects: readonly object[]) =>
  objects.find((one) => (one as V1Deployment).kind === 'Deployment') as V1Deployment;

describe('an edge on Fargate', () => {
  test('is taken by it, in the size that is reckoned with, and bears the run’s label and that of a profile', () => {
    for (const upstream of [{ serviceAccount: 'efk-sidecar' }, { key: KEY }]) {
      const objects = edgeObjects(options({ upstream }));
      expect(fargateLint(objects)).toEqual([]);
      const deployment = deploymentIn(objects);
      expect(podSize(podOf(deployment as never)!.spec)).toMatchObject(EDGE_SIZE);
      expect(deployment.spec!.template.metadata!.labels).toEqual({ ...EDGE_LABELS, [RUN_LABEL]: 'r1' });
      for (const { metadata } of objects)
        expect(metadata).toMatchObject({ namespace: 'efk-harness', labels: { [RUN_LABEL]: 'r1' } });
    }
  });

  test('signs as its service account, or with a key that is in a Secret and nowhere else', () => {
    const byRole = edgeObjects(options());
    expect(deploymentIn(byRole).spec!.template.spec!.serviceAccountName).toBe('efk-sidecar');
    const byKey = edgeObjects(options({ upstream: { key: KEY } }));
    expect(deploymentIn(byKey).spec!.template.spec!.serviceAccountName).toBeUndefined();
    const secrets = byKey.filter(({ kind }) => kind === 'Secret') as V1Secret[];
    expect(secrets.flatMap(({ stringData }) => Object.values(stringData!))).toContain(KEY.secretAccessKey);
    const others = JSON.stringify(byKey.filter(({ kind }) => kind !== 'Secret'));
    for (const { secretAccessKey } of [KEY, CREDENTIALS]) expect(others).not.toContain(secretAccessKey);
    const { args, envFrom } = deploymentIn(byKey).spec!.template.spec!.containers[0]!;
    expect(args!.join(' ')).toMatch(/--backend https:\/\/logs\.es\.amazonaws\.com --sign-region ap-northeast-2$/);
    expect(envFrom!.map(({ secretRef }) => secretRef!.name)).toEqual(secrets.map(({ metadata }) => metadata!.name));
  });

  test('that the cluster refuses leaves no port open', async () => {
    await using there = await fakeCluster();
    there.state.answer = (asked) =>
      asked.startsWith('PATCH') ? { status: 403, body: { message: 'no edge today' } } : undefined;
    const before = openPorts();
    await expect(EdgePod.start(there.cluster, options())).rejects.toThrow(/no edge today/);
    await vi.waitFor(() => expect(openPorts()).toBe(before));
  });

  test('that Fargate refuses is not waited for, and leaves no port open', async () => {
    await using there = await fakeCluster();
    vi.useFakeTimers({ toFake: ['Date'] });
    const refusal = 'Misconfigured Fargate Profile: fargate profile harness blocked for new launches';
    const event = {
      ...{ metadata: {}, type: 'Warning', reason: 'FailedScheduling', message: refusal },
      involvedObject: { kind: 'Pod', name: 'efk-edge-7c' },
    };
    there.state.pods = [
      {
        metadata: { name: 'efk-edge-7c', namespace: 'efk-harness' },
        spec: { containers: [] },
        status: { phase: 'Pending' },
      },
    ];
    there.state.answer = (asked) => {
      // Events are asked for now and then.
      if (asked.includes('/pods')) vi.setSystemTime(Date.now() + 10_000);
      return asked.includes('/events') ? { body: { items: [event] } } : undefined;
    };
    const before = openPorts();
    const failed = await EdgePod.start(there.cluster, options()).catch((error) => error);
    expect(failed.name).toBe('EnvironmentError');
    expect(failed.message).toBe(
      `the edge’s pod does not come up: container efk-edge is not taken by Fargate: ${refusal}; let a Fargate profile select namespace efk-harness with the label app=efk-edge, and its nodes reach d@sha256:3: npm run doctor -- --target aws looks at both`,
    );
    await vi.waitFor(() => expect(openPorts()).toBe(before));
  });

  test('that ends at once is not waited for, and its last words are told', async () => {
    await using there = await fakeCluster();
    const containerStatuses = [
      {
        ...{ name: 'efk-edge', image: '', imageID: '', ready: false, restartCount: 1 },
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 2, reason: 'Error' } },
      },
    ];
    there.state.pods = [
      {
        metadata: { name: 'efk-edge-7c', namespace: 'efk-harness' },
        status: { phase: 'Running', containerStatuses },
      },
    ];
    there.state.answer = (asked) => (asked.includes('/log') ? { body: 'edge: no such region\n' as never } : undefined);
    await expect(EdgePod.start(there.cluster, options())).rejects.toThrow(
      /efk-edge ended with exit code 2 \(Error\); its last words:\n.*no such region/,
    );
  });

  test('that does not come up is waited for until somebody has enough of it', async () => {
    await using there = await fakeCluster();
    const reason = new Error('Ctrl-C');
    const interrupted = new AbortController();
    there.state.answer = (asked) => {
      if (asked.includes('/pods')) interrupted.abort(reason);
      return undefined;
    };
    await expect(EdgePod.start(there.cluster, options({ signal: interrupted.signal }))).rejects.toBe(reason);
    expect(there.state.applied.map(({ kind }) => kind)).toEqual(['Secret', 'Service', 'Deployment', 'Deployment']);
  });
});
