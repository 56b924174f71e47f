import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { takenDown } from './teardown.ts';

const object = (kind: string): KubernetesObject => ({ apiVersion: 'v1', kind, metadata: { name: 'app' } });
const pod = (name: string, finalizers?: string[]): V1Pod => ({
  metadata: { name, ...(finalizers ? { finalizers } : {}) },
  status: { phase: 'Running' },
});

/** A deployment whose pods go as soon as they are deleted, but for what `onRemove` does. */
function standing(onRemove: (name: string, pods: V1Pod[]) => void = () => {}) {
  const removed: string[] = [];
  const state = { pods: [pod('app-1')] };
  const cluster = {
    remove: async ({ kind, metadata }: KubernetesObject, graceSeconds?: number) => {
      const { name } = metadata!;
      removed.push(`${kind} ${name}${graceSeconds === undefined ? '' : ` in ${graceSeconds}s`}`);
      if (kind === 'Pod')
        state.pods = state.pods.filter((one) => one.metadata!.name !== name || one.metadata?.finalizers);
      onRemove(kind!, state.pods);
    },
  };
  const objects = ['Namespace', 'ConfigMap', 'Deployment'].map(object);
  const condition = takenDown(cluster, { run: 'r1', namespace: 'efk', objects, pods: async () => [...state.pods] });
  return { removed, state, condition };
}

test('Deployments go first, then pods by force, then the rest; the namespace stays', async () => {
  const { removed, condition } = standing();
  expect(await condition.look()).toEqual({ met: true, value: undefined });
  expect(removed).toEqual(['Deployment app', 'Pod app-1 in 0s', 'ConfigMap app']);
});

test('a pod that a ReplicaSet makes meanwhile is ended too, and what is removed stays removed', async () => {
  const { removed, state, condition } = standing((kind) => {
    if (kind === 'ConfigMap') state.pods.push(pod('app-2'));
  });
  expect(await condition.look()).toEqual({ met: false, saw: 'app-2: Running' });
  expect(await condition.look()).toEqual({ met: true, value: undefined });
  expect(removed.slice(3)).toEqual(['Pod app-2 in 0s']);
});

test('what keeps a pod is told', async () => {
  const { state, condition } = standing();
  state.pods = [pod('app-1', ['example.org/backup'])];
  expect(condition.name).toBe('the pods of run r1 in namespace efk to be gone');
  expect(await condition.look()).toEqual({ met: false, saw: 'app-1: Running; kept by finalizers example.org/backup' });
});

test('an API server that refuses is asked again', async () => {
  let refuses = true;
  const { removed, condition } = standing((kind) => {
    if (kind === 'Deployment' && refuses) throw new Error('no such luck');
  });
  expect(await condition.look()).toEqual({ met: false, saw: 'the API server answers no such luck' });
  refuses = false;
  expect(await condition.look()).toEqual({ met: true, value: undefined });
  expect(removed.filter((one) => one === 'Deployment app')).toHaveLength(2);
});
