import { join } from 'node:path';
import { type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { K3sContainer, type StartedK3sContainer } from '@testcontainers/k3s';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../../cli/config.ts';
import { ROOT } from '../../cli/root.ts';
import { until } from '../../core/condition.ts';
import { ADMITTED_IN_PODS, ADMITTED_OBJECTS, claimed, withAdmitted } from '../../core/fargate-lint/admitted.ts';
import { anyObject } from '../../core/fargate-lint/any-object.ts';
import { fargateLint } from '../../core/fargate-lint/lint.ts';
import { type LintedObject, podOf } from '../../core/fargate-lint/objects.ts';
import { claim, objectOf, POD_KINDS, plainPod } from '../../core/fargate-lint/plain-pod.ts';
import { PLANTED_IN_PODS, withPlanted } from '../../core/fargate-lint/planted.ts';
import { PLANTED_OBJECTS, volume } from '../../core/fargate-lint/planted-objects.ts';
import { LABEL, OWNER_LABEL } from '../../tools/ours.ts';
import { ownerOfThis } from '../../tools/owner.ts';
import { kustomize } from '../embedded/kustomize.ts';
import { fargatePolicy, freeVolumes, heldNamespace } from './admission.ts';
import { Cluster } from './cluster.ts';

/** A namespace that is held to Fargate's rules, and one that is not. */
const [HELD, FREE] = ['held', 'free'];
/** What comes with the objects of the one that is held. */
const WAITING = volume({ storageClassName: 'efs-sc', csi: { driver: 'efs.csi.aws.com', volumeHandle: 'fs-1' } });
const PLAIN = PLANTED_IN_PODS.map((planted) => ({ rule: planted.rule, spec: withPlanted(planted).spec }));

describe.skipIf(!inject('docker'))('the admission policy', () => {
  let container: StartedK3sContainer;
  let objects: KubernetesObjectApi;
  let cluster: Cluster;

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
    cluster = new Cluster(container.getKubeConfig());
    objects = KubernetesObjectApi.makeApiClient(cluster.config);
    for (const object of fargatePolicy(ROOT)) await cluster.apply(object);
    for (const [name, metadata] of [
      [HELD, heldNamespace([WAITING])],
      [FREE, {}],
    ] as const) {
      await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { ...metadata, name: name! } });
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

  test.each(POD_KINDS)('admits in a %s what the lint finds nothing in', async (kind) => {
    for (const [what, spec] of [['a plain pod', {}] as const, ...ADMITTED_IN_PODS])
      expect([what, await refusal(objectOf(kind, 'x', withAdmitted(spec)))]).toEqual([what, undefined]);
  });

  test('refuses of objects made at random those in which the lint finds something, by one of its rules', async () => {
    const seen = { refused: 0, admitted: 0 };
    await fc.assert(
      fc.asyncProperty(anyObject, async (object) => {
        const said = await refusal(object);
        const [, by] = said?.match(/denied request: ([\w-]+): /) ?? [];
        fc.pre(!said || by !== undefined);
        const rules = fargateLint([object, WAITING]).map(({ rule }) => rule);
        if (by) expect(rules, said).toContain(by);
        else expect(rules).toEqual([]);
        seen[by ? 'refused' : 'admitted']++;
      }),
      // CI asks for the same ones each time: what it refuses is of the change that it was shown.
      { numRuns: 1500, ...(process.env['CI'] ? { seed: 20_261_129 } : {}) },
    );
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(200);
  });

  test('admits objects that only look like violations, and a claim whose volume waits', async () => {
    for (const [what, object] of [...ADMITTED_OBJECTS, ['a claim', claimed({ storageClassName: 'efs-sc' })] as const])
      expect([what, await refusal(object)]).toEqual([what, undefined]);
  });

  test('leaves the volumes of runs that are not held alone, and those that the cluster makes', async () => {
    const [local, made] = [volume({ hostPath: { path: '/x' } }), volume({ hostPath: { path: '/x' } })];
    freeVolumes([local as KubernetesObject]);
    made.metadata!.annotations = { 'pv.kubernetes.io/provisioned-by': 'rancher.io/local-path' };
    for (const object of [local, made]) expect(await refusal(object)).toBeUndefined();
  });

  test('holds a container that is added to a running pod to the same', async () => {
    const pod = objectOf('Pod', 'runs', plainPod());
    await cluster.apply({ ...pod, metadata: { name: 'runs', namespace: HELD } } as KubernetesObject);
    const at = { name: 'runs', namespace: HELD! };
    await until(
      {
        name: 'the pod to have a node',
        look: async () => {
          const { spec } = await cluster.core.readNamespacedPod(at);
          return spec?.nodeName ? { met: true, value: undefined } : { met: false, saw: 'none' };
        },
      },
      { withinMs: 60_000 },
    );
    const added = async (securityContext: object) => {
      const body = await cluster.core.readNamespacedPod(at);
      // Whatever the kubelet has written about its state meanwhile.
      delete body.metadata!.resourceVersion;
      body.spec!.ephemeralContainers = [{ name: 'debugger', image: 'busybox', securityContext }];
      try {
        await cluster.core.replaceNamespacedPodEphemeralcontainers({ ...at, body, dryRun: 'All' });
        return undefined;
      } catch (error) {
        return String((error as Error).message);
      }
    };
    expect(await added({})).toBeUndefined();
    expect(await added({ privileged: true })).toContain('denied request: privileged: ');
  });

  test.each([
    ...['manifests/overlays/k3s', 'manifests/overlays/aws', 'manifests/overlays/aws-secret', 'manifests/as-written'],
  ])('admits %s, and its pods', async (folder) => {
    const manifests = kustomize(join(ROOT, folder)).filter(({ kind }) => kind !== 'Namespace') as LintedObject[];
    const pods = manifests.flatMap((object) => podOf(object)?.spec ?? []);
    expect(pods).toHaveLength(1);
    // A pod is refused where its service account is not there, which a try alone does not make.
    for (const account of manifests.filter(({ kind }) => kind === 'ServiceAccount'))
      await cluster.apply({ ...account, metadata: { ...account.metadata, namespace: HELD } } as KubernetesObject);
    for (const object of [
      ...manifests.filter(({ kind }) => kind !== 'ServiceAccount'),
      ...pods.map((spec) => objectOf('Pod', 'x', spec)),
    ])
      expect(await refusal(object)).toBeUndefined();
  });
});
