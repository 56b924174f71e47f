import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { Cluster } from '../targets/kube/cluster.ts';
import { K3sPod, podPartState } from './k3s-pod.ts';

const NOW = Date.parse('2026-11-25T20:00:12Z');
const STARTED = new Date('2026-11-25T20:00:00Z');

const pod = (state: V1ContainerState, restartCount = 0): V1Pod => ({
  metadata: { name: 'a' },
  status: {
    phase: 'Running',
    initContainerStatuses: [{ name: 'fluentd-sidecar', state, restartCount, ready: true, image: '', imageID: '' }],
  },
});

const states: [string, V1Pod | undefined, string, string | RegExp][] = [
  ['no pod', undefined, 'absent', 'no pod'],
  ['a pod without containers yet', { metadata: { name: 'a' }, status: { phase: 'Pending' } }, 'starting', /Pending/],
  ['one that waits', pod({ waiting: { reason: 'CrashLoopBackOff' } }, 3), 'starting', 'CrashLoopBackOff, 3 restarts'],
  ['one that runs', pod({ running: { startedAt: STARTED } }), 'running', 'running since 12 s, ready'],
  ['one that ended', pod({ terminated: { exitCode: 137 } }), 'ended', 'ended with exit code 137'],
];
test.each(states)('the state of a part: %s', (_what, one, state, saw) => {
  const seen = podPartState('fluentd', one, NOW);
  expect(seen).toMatchObject({ part: 'fluentd', state });
  expect(seen.saw).toMatch(saw);
});

test('the pod that one works in is the newest that stays', async () => {
  const named = (name: string, at: string, gone = false): V1Pod => ({
    metadata: { name, creationTimestamp: new Date(at), ...(gone ? { deletionTimestamp: new Date(at) } : {}) },
  });
  const pods = [named('new', '2026-01-03'), named('old', '2026-01-01'), named('going', '2026-01-04', true)];
  const cluster = (all: V1Pod[]) => ({ pods: async () => all }) as unknown as Cluster;
  expect(await new K3sPod(cluster(pods)).name()).toBe('new');
  await expect(new K3sPod(cluster([])).name()).rejects.toThrow(
    /there is no pod in the namespace kubetest: npm run down/,
  );
});
