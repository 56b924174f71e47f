import { ApiException } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { ownerOfThis } from '../../tools/owner.ts';
import { type ClaimApi, claimCluster } from './cluster-claim.ts';

/** An API server with one ConfigMap, and namespaces that take one look to go. */
function cluster(owner?: string, namespaces: string[] = []) {
  const state = { map: owner as string | undefined, version: 1, namespaces, going: [] as string[] };
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
      const items = state.namespaces.map((name) => ({ metadata: { name } }));
      state.namespaces = state.namespaces.filter((name) => !state.going.includes(name));
      return { items };
    },
    listPodForAllNamespaces: async () => ({
      items: state.namespaces.map((name) => ({ metadata: { name: `pod-${name}`, namespace: name } })),
    }),
    deleteNamespace: async ({ name }: { name: string }) => state.going.push(name),
  };
  return { state, api: api as ClaimApi };
}

describe('a cluster that stays up', () => {
  test('is held by one run, and given back', async () => {
    const { state, api } = cluster();
    const release = await claimCluster(api, 'a', () => {});
    expect(state.map).toBe('a');
    await release();
    expect(state.map).toBeUndefined();
    await release();
  });

  test('is refused while a process that lives holds it', async () => {
    const { state, api } = cluster(await ownerOfThis(), ['kubetest']);
    await expect(claimCluster(api, 'b', () => {})).rejects.toThrow(`in use by another run (process ${process.pid})`);
    expect(state.namespaces).toEqual(['kubetest']);
  });

  test('is taken over from a process that was killed, and its pods are removed first', async () => {
    const dead = (await ownerOfThis()).split('/').with(2, '4194305').join('/');
    const { state, api } = cluster(dead, ['kubetest', 'kubetest-2', 'default']);
    const remarks: string[] = [];
    await claimCluster(api, 'b', (line) => remarks.push(line));
    expect(state).toMatchObject({ map: 'b', namespaces: ['default'], going: ['kubetest', 'kubetest-2'] });
    expect(remarks).toEqual([expect.stringMatching(/had left: pod-kubetest, pod-kubetest-2/)]);
  });

  test('is refused to the slower of two that take it over at the same moment', async () => {
    const dead = (await ownerOfThis()).split('/').with(2, '4194305').join('/');
    const { state, api } = cluster(dead);
    const read = api.readNamespacedConfigMap.bind(api);
    api.readNamespacedConfigMap = async (which) => {
      const held = await read(which);
      state.version++;
      return held;
    };
    await expect(claimCluster(api, 'b', () => {})).rejects.toThrow(/in use by another run/);
    expect(state.map).toBe(dead);
  });
});
