import { join } from 'node:path';
import { KubernetesObjectApi } from '@kubernetes/client-node';
import { K3sContainer, type StartedK3sContainer } from '@testcontainers/k3s';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../../cli/config.ts';
import { ROOT } from '../../cli/root.ts';
import { until } from '../../core/condition.ts';
import { type LintedObject, podOf } from '../../core/fargate-lint/objects.ts';
import { claim, objectOf, POD_KINDS, plainPod } from '../../core/fargate-lint/plain-pod.ts';
import { PLANTED_IN_PODS, PLANTED_OBJECTS, withPlanted } from '../../core/fargate-lint/planted.ts';
import { LABEL, OWNER_LABEL } from '../../tools/docker.ts';
import { ownerOfThis } from '../../tools/owner.ts';
import { kustomize } from '../embedded/kustomize.ts';
import { fargatePolicy, HELD_TO_FARGATE } from './admission.ts';
import { Cluster } from './cluster.ts';

/** A namespace that is held to Fargate's rules, and one that is not. */
const [HELD, FREE] = ['held', 'free'];
const PLAIN = PLANTED_IN_PODS.map((planted) => ({ rule: planted.rule, spec: withPlanted(planted).spec }));

describe.skipIf(!inject('docker'))('the admission policy', () => {
  let container: StartedK3sContainer;
  let objects: KubernetesObjectApi;

  /** The API server's refusal of an object; undefined: it would take it. Nothing is kept. */
  async function refusal(object: LintedObject, namespace = HELD): Promise<string | undefined> {
    const placed = { ...object, metadata: { ...object.metadata, namespace } } as Parameters<typeof objects.create>[0];
    try {
      await objects.create(placed, undefined, 'All');
      return undefined;
    } catch (error) {
      return String((error as Error).message);
    }
  }

  beforeAll(async () => {
    container = await new K3sContainer(readConfig().images.k3s)
      .withLabels({ [LABEL]: 'admission', [OWNER_LABEL]: await ownerOfThis() })
      .start();
    const cluster = new Cluster(container.getKubeConfig());
    objects = KubernetesObjectApi.makeApiClient(cluster.config);
    for (const object of fargatePolicy(ROOT)) await cluster.apply(object);
    for (const [name, labels] of [
      [HELD, HELD_TO_FARGATE],
      [FREE, {}],
    ] as const) {
      await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: name!, labels: { ...labels } } });
      await until(
        {
          name: `the service account of namespace ${name}`,
          look: async () => {
            const { items } = await cluster.core.listNamespacedServiceAccount({ namespace: name! });
            return items.length > 0 ? { met: true, value: undefined } : { met: false, saw: 'none' };
          },
        },
        { withinMs: 60_000 },
      );
    }
    await until(
      {
        name: 'the policy to be in force',
        look: async () => {
          const saw = await refusal(objectOf('DaemonSet', 'x', plainPod()));
          return saw ? { met: true, value: undefined } : { met: false, saw: 'a DaemonSet is admitted' };
        },
      },
      { withinMs: 60_000 },
    );
  });
  afterAll(() => container?.stop());

  test.each(POD_KINDS)('refuses in a %s each violation that the lint finds, by its rule', async (kind) => {
    const refused = [];
    for (const { rule, spec } of PLAIN) refused.push([rule, await refusal(objectOf(kind, 'x', spec))]);
    expect(refused).toEqual(PLAIN.map(({ rule }) => [rule, expect.stringContaining(`denied request: ${rule}: `)]));
  });

  test('refuses them in init containers', async () => {
    for (const planted of PLANTED_IN_PODS.filter(({ field }) => /CONTAINER|containers/.test(field)))
      expect(await refusal(objectOf('Pod', 'x', withPlanted(planted, 'initContainers').spec))).toContain(
        `denied request: ${planted.rule}: `,
      );
  });

  test('refuses objects that are violations themselves', async () => {
    for (const { rule, object } of PLANTED_OBJECTS)
      expect(await refusal(object)).toContain(`denied request: ${rule}: `);
    const set = objectOf('StatefulSet', 'x', plainPod());
    Object.assign(set.spec as object, {
      volumeClaimTemplates: [{ metadata: { name: 'log' }, spec: claim({ storageClassName: 'gp3' }) }],
    });
    expect(await refusal(set)).toContain('denied request: dynamic-volume: ');
    expect(await refusal(objectOf('DaemonSet', 'x', plainPod()))).toContain('denied request: daemon-set: ');
  });

  test('refuses nothing of them where the namespace is not held to it', async () => {
    for (const { spec } of PLAIN) expect(await refusal(objectOf('Deployment', 'x', spec), FREE)).toBeUndefined();
  });

  test('admits a plain pod of every kind, and a claim of a volume that is named', async () => {
    for (const kind of POD_KINDS) expect(await refusal(objectOf(kind, 'x', plainPod()))).toBeUndefined();
    const spec = claim({ volumeName: 'efs', storageClassName: 'efs-sc' });
    expect(
      await refusal({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'x' }, spec }),
    ).toBeUndefined();
  });

  test.each(['manifests/overlays/k3s', 'manifests/as-written'])('admits %s, and its pods', async (folder) => {
    const manifests = kustomize(join(ROOT, folder)).filter(({ kind }) => kind !== 'Namespace') as LintedObject[];
    const pods = manifests.flatMap((object) => podOf(object)?.spec ?? []);
    expect(pods).toHaveLength(1);
    for (const object of [...manifests, ...pods.map((spec) => objectOf('Pod', 'x', spec))])
      expect(await refusal(object)).toBeUndefined();
  });
});
