import type { KubernetesObject, V1Namespace, V1Pod } from '@kubernetes/client-node';
import { type Answered, clusterAt } from '../kube/fake-api-server.ts';
import { RUN_LABEL } from '../kube/run-label.ts';

/** What the API server lists as its kinds. */
const KINDS: Record<string, [kind: string, name: string][]> = {
  '/api/v1': [
    ['Namespace', 'namespaces'],
    ['Secret', 'secrets'],
    ['ServiceAccount', 'serviceaccounts'],
    ['ConfigMap', 'configmaps'],
    ['Service', 'services'],
    ['Pod', 'pods'],
  ],
  '/apis/apps/v1': [['Deployment', 'deployments']],
};

/** Somebody's cluster, as far as a run looks at it: namespaces that come and go, what is applied, and Secrets. For tests. */
export async function fakeCluster() {
  let made = 0;
  const state = {
    namespaces: new Map<string, V1Namespace>(),
    applied: [] as KubernetesObject[],
    secrets: new Map<string, Record<string, string>>(),
    pods: [] as V1Pod[],
    asked: [] as string[],
    /** An answer in place of its own. */
    answer: (_asked: string, _body: string): Answered | undefined => undefined,
  };
  const add = (name: string, metadata: V1Namespace['metadata'] = {}) => {
    const namespace = { metadata: { ...metadata, name, uid: `uid-${++made}` }, status: { phase: 'Active' } };
    state.namespaces.set(name, namespace);
    return namespace;
  };
  const absent: Answered = { status: 404, body: { message: 'not found' } };
  const namespace = (method: string, name: string, body: string): Answered => {
    const there = state.namespaces.get(name);
    if (!there) return absent;
    if (method === 'DELETE') {
      const { preconditions } = JSON.parse(body || '{}');
      if (preconditions?.uid && preconditions.uid !== there.metadata!.uid)
        return { status: 409, body: { message: 'the UID in the precondition does not match' } };
      state.namespaces.delete(name);
    }
    return { body: there };
  };
  const own = (asked: string, body: string): Answered => {
    const [method, url] = asked.split(' ') as [string, string];
    const path = url.replace(/\?.*/, '');
    const kinds = KINDS[path];
    if (kinds) return { body: { resources: kinds.map(([kind, name]) => ({ kind, name, namespaced: true })) } };
    if (path === '/version') return { body: { gitVersion: 'v1.34.3' } };
    if (method === 'PATCH') {
      state.applied.push(JSON.parse(body));
      return { body: JSON.parse(body) };
    }
    if (path.endsWith('/selfsubjectaccessreviews')) return { status: 201, body: { status: { allowed: true } } };
    if (path.endsWith('/endpointslices'))
      return { body: { items: [{ endpoints: [{ conditions: { ready: true } }] }] } };
    if (path === '/api/v1/namespaces') {
      if (method === 'GET')
        return { body: { items: [...state.namespaces.values()].filter((one) => one.metadata?.labels?.[RUN_LABEL]) } };
      const { metadata } = JSON.parse(body) as V1Namespace;
      if (state.namespaces.has(metadata!.name!)) return { status: 409, body: { message: 'already exists' } };
      return { status: 201, body: add(metadata!.name!, metadata) };
    }
    const [, name, rest] = path.match(/^\/api\/v1\/namespaces\/([^/]+)(?:\/(.+))?$/) ?? [];
    if (name && rest === undefined) return namespace(method, name, body);
    if (rest === 'events') return { body: { items: [] } };
    if (rest === 'pods') return { body: { items: state.pods.filter((pod) => pod.metadata?.namespace === name) } };
    const data = state.secrets.get(`${name}/${rest?.replace('secrets/', '')}`);
    return data ? { body: { kind: 'Secret', data } } : absent;
  };
  const server = await clusterAt((asked, body) => {
    state.asked.push(asked);
    return state.answer(asked, body) ?? own(asked, body);
  });
  return Object.assign(server, { state, add });
}
