import { ApiException, type KubernetesObject } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { ownerOfThis } from '../../tools/owner.ts';
import { type ClaimApi, type Claimable, claimCluster } from './cluster-claim.ts';
import { annotateContents } from './contents.ts';

/** An API server with one ConfigMap, and namespaces that take one look to go. */
function cluster(owner?: string, namespaces: string[] = [], annotations: Record<string, Record<string, string>> = {}) {
  const state = {
    map: owner as string | undefined,
    version: 1,
    namespaces,
    going: [] as string[],
    removed: [] as string[],
  };
  const refuse = (code: number) => Promise.reject(new ApiException(code, '', {}, {}));
  const api: Partial<Record<keyof ClaimApi, unknown>> = {
    createNamespacedConfigMap: async ({ body }: { body: { data: { owner: string } } }) => {
      if (state.map !== undefined) return refuse(409);
      state.map = body.data.owner;
      return body;
    },
    readNamespacedConfigMap: async () => ({
      metadata: { resourceVersion: String(state.version) },
      data: { owner: state.map },
    }),
    replaceNamespacedConfigMap: async (to: {
      body: { metadata: { resourceVersion: string }; data: { owner: string } };
    }) => {
      if (to.body.metadata.resourceVersion !== String(state.version)) return refuse(409);
      state.map = to.body.data.owner;
      return to.body;
    },
    deleteNamespacedConfigMap: async () => {
      if (state.map === undefined) return refuse(404);
      state.map = undefined;
      return {};
    },
    listNamespace: async () => {
      const items = state.namespaces.map((name) => ({ metadata: { name, annotations: annotations[name] } }));
      state.namespaces = state.namespaces.filter((name) => !state.going.includes(name));
      return { items };
    },
    listPodForAllNamespaces: async () => ({
      items: state.namespaces
        .filter((name) => !state.removed.includes(`Pod pod-${name} 0`))
        .map((name) => ({ metadata: { name: `pod-${name}`, namespace: name } })),
    }),
    deleteNamespace: async ({ name }: { name: string }) => state.going.push(name),
  };
  const remove = async ({ kind, metadata }: KubernetesObject, grace?: number) => {
    state.removed.push([kind, metadata!.name, grace].join(' ').trim());
  };
  return { state, api: api as ClaimApi, stack: { core: api as ClaimApi, remove } satisfies Claimable };
}

describe('a cluster that stays up', () => {
  test('is held by one run, and given back', async () => {
    const { state, stack } = cluster();
    const release = await claimCluster(stack, 'a', () => {});
    expect(state.map).toBe('a');
    await release();
    expect(state.map).toBeUndefined();
    await release();
  });

  test('is refused while a process that lives holds it', async () => {
    const { state, stack } = cluster(await ownerOfThis(), ['kubetest']);
    await expect(claimCluster(stack, 'b', () => {})).rejects.toThrow(`in use by another run (process ${process.pid})`);
    expect(state.namespaces).toEqual(['kubetest']);
  });

  test('is taken over from a process that was killed, and its pods are removed first', async () => {
    const dead = (await ownerOfThis()).split('/').with(2, '4194305').join('/');
    const { state, stack } = cluster(dead, ['kubetest', 'kubetest-2', 'default']);
    const remarks: string[] = [];
    await claimCluster(stack, 'b', (line) => remarks.push(line));
    expect(state).toMatchObject({ map: 'b', namespaces: ['default'], going: ['kubetest', 'kubetest-2'] });
    expect(remarks).toEqual([expect.stringMatching(/had left: pod-kubetest, pod-kubetest-2/)]);
  });

  test('is emptied of what a run says that it applied, and its namespace stays', async () => {
    const namespace: KubernetesObject = { kind: 'Namespace', metadata: { name: 'kubetest' } };
    annotateContents(namespace, [
      namespace,
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'testdeployment', namespace: 'kubetest' } },
    ]);
    const { state, stack } = cluster(undefined, ['kubetest'], { kubetest: namespace.metadata!.annotations! });
    const remarks: string[] = [];
    await claimCluster(stack, 'b', (line) => remarks.push(line));
    expect(state.removed).toEqual(['Deployment testdeployment', 'Pod pod-kubetest 0']);
    expect(state.going).toEqual([]);
    expect(remarks).toEqual([expect.stringMatching(/had left: pod-kubetest/)]);
  });

  test('is refused to the slower of two that take it over at the same moment', async () => {
    const dead = (await ownerOfThis()).split('/').with(2, '4194305').join('/');
    const { state, stack } = cluster(dead);
    const api = stack.core;
    const read = api.readNamespacedConfigMap.bind(api);
    api.readNamespacedConfigMap = async (which) => {
      const held = await read(which);
      state.version++;
      return held;
    };
    await expect(claimCluster(stack, 'b', () => {})).rejects.toThrow(/in use by another run/);
    expect(state.map).toBe(dead);
  });
});
