import { describe, expect, test } from 'vitest';
import { EnvironmentError } from '../../core/trouble.ts';
import { type Owner, ownerOfThis } from '../../tools/owner.ts';
import { RUN_LABEL } from '../kube/run-label.ts';
import { annotationsOf, GRACE_MS } from './claim.ts';
import { clearAws } from './down.ts';
import { fakeCluster } from './fake-cluster.ts';
import { fakeIndices } from './fake-run.ts';
import { fakeApis, fakeContext } from './preflight/fake-context.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const OLD = NOW - 120 * 60_000 - GRACE_MS - 1;
const YOUNG = NOW - 60_000;

async function account(...indices: Parameters<typeof fakeIndices>) {
  const cluster = await fakeCluster();
  const domain = await fakeIndices(...indices);
  const { settings, kubeconfig } = fakeContext();
  const access = {
    settings: { ...settings, domain: { ...settings.domain, endpoint: domain.url } },
    apis: fakeApis(),
    credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 's' }),
    kubeconfig,
    cluster: () => cluster.cluster,
  };
  return {
    ...{ cluster: cluster.state, domain: domain.state, access },
    add(name: string, run: string, owner: Owner, until = NOW) {
      cluster.add(name, { labels: { [RUN_LABEL]: run }, annotations: annotationsOf({ run, owner, until }) });
    },
    others: () => cluster.add('kube-system'),
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]();
      await domain[Symbol.asyncDispose]();
    },
  };
}

const dead = async () => (await ownerOfThis()).split('/').with(2, '4194305').join('/');

describe('what runs left on AWS', () => {
  test('goes, and nothing of others', async () => {
    await using at = await account(['efkh-r1-2026', YOUNG], ['efkh-r0-2026', OLD], ['logstash-2026', OLD]);
    at.add('efk-harness', 'r1', await dead());
    at.others();
    expect(await clearAws(at.access, { force: false, now: NOW })).toEqual({
      ...{ namespaces: ['efk-harness'], inUse: [], young: [] },
      indices: ['efkh-r1-2026', 'efkh-r0-2026'],
    });
    expect([...at.cluster.namespaces.keys()]).toEqual(['kube-system']);
    expect([...at.domain.indices.keys()]).toEqual(['logstash-2026']);
  });

  test('stays where a run is at it, and where one on another cluster may be', async () => {
    await using at = await account(['efkh-r1-2026', OLD], ['efkh-elsewhere-2026', YOUNG]);
    at.add('efk-harness', 'r1', await ownerOfThis());
    expect(await clearAws(at.access, { force: false, now: NOW })).toEqual({
      ...{ namespaces: [], indices: [] },
      inUse: [{ namespace: 'efk-harness', until: NOW }],
      young: ['efkh-elsewhere-2026'],
    });
    expect([...at.cluster.namespaces.keys()]).toEqual(['efk-harness']);
    expect(at.domain.indices.size).toBe(2);
  });

  test('goes all of it by force', async () => {
    await using at = await account(['efkh-r1-2026', OLD], ['efkh-elsewhere-2026', YOUNG], ['logstash-2026', OLD]);
    at.add('efk-harness', 'r1', await ownerOfThis());
    const { namespaces, indices } = await clearAws(at.access, { force: true, now: NOW });
    expect({ namespaces, indices }).toEqual({
      namespaces: ['efk-harness'],
      indices: ['efkh-r1-2026', 'efkh-elsewhere-2026'],
    });
    expect([...at.domain.indices.keys()]).toEqual(['logstash-2026']);
  });

  test('goes as far as it can: a namespace that stays keeps no index, a domain that is away no namespace', async () => {
    await using at = await account(['efkh-r1-2026', YOUNG]);
    at.add('a', 'r1', await dead());
    at.cluster.answer = (asked) =>
      asked.startsWith('DELETE') ? { status: 403, body: { message: 'forbidden' } } : undefined;
    const kept = await clearAws(at.access, { force: false, now: NOW }).catch((error) => error);
    expect(kept).toBeInstanceOf(EnvironmentError);
    expect(kept.message).toMatch(/^the namespace a is not removed.*forbidden/);
    expect(at.domain.indices.size).toBe(0);
    at.cluster.answer = () => undefined;
    at.domain.away = true;
    await expect(clearAws(at.access, { force: false, now: NOW })).rejects.toThrow(/\[500\] .*away.*npm run doctor/);
    expect(at.cluster.namespaces.size).toBe(0);
  });

  test('is waited for until somebody has enough of it', async () => {
    await using at = await account();
    at.add('a', 'r1', await dead());
    at.cluster.answer = (asked) => (asked.startsWith('DELETE') ? { body: {} } : undefined);
    const reason = new Error('Ctrl-C');
    const interrupted = new AbortController();
    setTimeout(() => interrupted.abort(reason), 100);
    await expect(clearAws(at.access, { force: false, now: NOW, signal: interrupted.signal })).rejects.toBe(reason);
  });
});
