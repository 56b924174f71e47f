import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kustomize } from '../../targets/embedded/kustomize.ts';
import { parseManifests } from '../../targets/kube/parse-manifests.ts';
import { ADMITTED_IN_PODS, ADMITTED_OBJECTS, claimed, withAdmitted } from './admitted.ts';
import { FARGATE_RULES, fargateLint, findingText } from './lint.ts';
import type { LintedObject, LintedPodSpec } from './objects.ts';
import { claim, objectOf, POD_KINDS, plainPod, TEMPLATE_PATHS } from './plain-pod.ts';
import { PLANTED_IN_PODS, withPlanted } from './planted.ts';
import { PLANTED_OBJECTS, volume } from './planted-objects.ts';

const ROOT = join(import.meta.dirname, '../../..');
const found = (objects: LintedObject[]) => fargateLint(objects).map(({ rule, field }) => ({ rule, field }));
const inPod = (change: Partial<LintedPodSpec>) => fargateLint([objectOf('Pod', 'x', { ...plainPod(), ...change })]);

describe('a violation', () => {
  test.each(POD_KINDS.flatMap((kind) => PLANTED_IN_PODS.map((planted) => [kind, planted.rule, planted] as const)))(
    'in a %s is found at its field: %s',
    (kind, rule, planted) => {
      const { spec, field } = withPlanted(planted);
      const at = `${TEMPLATE_PATHS[kind] ?? 'spec.template.'}spec`;
      expect(found([objectOf(kind, 'x', spec)])).toEqual([{ rule, field: `${at}.${field}` }]);
    },
  );

  test.each(PLANTED_IN_PODS.filter(({ field }) => /CONTAINER|containers/.test(field)))(
    'in an init container is found at its field: $rule',
    (planted) => {
      const { spec, field } = withPlanted(planted, 'initContainers');
      expect(found([objectOf('Deployment', 'x', spec)])).toEqual([
        { rule: planted.rule, field: `spec.template.spec.${field}` },
      ]);
    },
  );

  test.each(PLANTED_OBJECTS)('in an object of its own is found: $rule', ({ rule, object, field }) => {
    expect(found([object])).toEqual([{ rule, field }]);
  });

  test('a DaemonSet is one, whatever its pods are', () => {
    expect(found([objectOf('DaemonSet', 'x', plainPod())])).toEqual([{ rule: 'daemon-set', field: 'kind' }]);
  });

  test('every rule has one that was planted', () => {
    const planted = new Set([...PLANTED_IN_PODS, ...PLANTED_OBJECTS].map(({ rule }) => rule));
    expect(FARGATE_RULES.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual(['daemon-set']);
  });

  test('several are all told, in an order that the order of the objects does not change', () => {
    const objects = [
      ...PLANTED_IN_PODS.map((planted, i) => objectOf('Pod', `pod-${i}`, withPlanted(planted).spec)),
      ...PLANTED_OBJECTS.map(({ object }) => object),
      objectOf('DaemonSet', 'x', plainPod()),
    ];
    const all = fargateLint(objects);
    expect(all).toHaveLength(objects.length);
    fc.assert(
      fc.property(fc.shuffledSubarray(objects, { minLength: objects.length }), (shuffled) => {
        expect(fargateLint(shuffled)).toEqual(all);
      }),
    );
  });

  test('is told in one line, with what stands there and what to do', () => {
    const [finding] = fargateLint([objectOf('Deployment', 'app', withPlanted(PLANTED_IN_PODS[0]!).spec)]);
    expect(findingText(finding!)).toBe(
      'Deployment app: spec.template.spec.volumes[1].hostPath is /var/log: Fargate refuses it, as there is no node of yours whose files a pod could share; instead: an emptyDir that the containers of the pod share',
    );
  });
});

describe('nothing is found', () => {
  test('in what is delivered', () => {
    const delivered = kustomize(join(ROOT, 'manifests/overlays/k3s'));
    expect(delivered.map(({ kind }) => kind)).toContain('Deployment');
    expect(fargateLint(delivered)).toEqual([]);
  });

  test.each(['collector/deployment.yaml', 'redis/redis.yaml'])('in what a topology adds: %s', (file) => {
    const objects = parseManifests(readFileSync(join(ROOT, 'load/topologies', file), 'utf8'), file);
    expect(objects.map(({ kind }) => kind)).toContain('Deployment');
    expect(fargateLint(objects)).toEqual([]);
  });

  test('in the description of 2020', () => {
    expect(fargateLint(kustomize(join(ROOT, 'manifests/as-written')))).toEqual([]);
  });

  test.each(ADMITTED_IN_PODS)('in %s', (_, spec) => expect(inPod(withAdmitted(spec))).toEqual([]));

  test.each(ADMITTED_OBJECTS)('in %s', (_, object) => expect(fargateLint([object])).toEqual([]));

  test('in a claim of a class whose volume comes with it', () => {
    const efs = { csi: { driver: 'efs.csi.aws.com', volumeHandle: 'fs-1' } };
    const waiting = volume({ ...efs, storageClassName: 'efs-sc' });
    expect(fargateLint([claimed({ storageClassName: 'efs-sc' }), waiting])).toEqual([]);
    expect(fargateLint([claimed({ storageClassName: 'gp3' }), waiting])).toHaveLength(1);
    expect(fargateLint([claimed({}), volume(efs)])).toHaveLength(1);
  });

  test('in fields that are null, which are unset', () => {
    const spec = { ...plainPod(), volumes: null, hostNetwork: null, affinity: null, resources: { requests: null } };
    const container = { name: 'x', env: null, args: null, ports: null, resources: null, securityContext: null };
    const nothing = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: null } };
    const pod = objectOf('Pod', 'x', { ...spec, containers: [container] } as unknown as LintedPodSpec);
    expect(fargateLint([pod, nothing, { kind: 'StatefulSet', spec: null }])).toEqual([]);
  });

  test('in texts that YAML takes for numbers', () => {
    const container = { name: 'x', args: ['sleep', 3600], env: [{ name: 'PORT', value: 8080 }, { name: 'EMPTY' }] };
    expect(inPod({ containers: [container] } as unknown as LintedPodSpec)).toEqual([]);
  });
});

describe('what no API server takes is refused with its field', () => {
  test.each<[object, string]>([
    [{ containers: { name: 'a' } }, 'spec.containers: expected a list, got {"name":"a"}'],
    [{ containers: [{ command: 'sleep 1' }] }, 'spec.containers[0].command: expected a list, got "sleep 1"'],
    ...[{ nodeSelectorTerms: {} }, { nodeSelectorTerms: [{ matchExpressions: {} }] }].map(
      (required): [object, string] => [
        { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } },
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms',
      ],
    ),
    [{ volumeClaimTemplates: {} }, 'spec.volumeClaimTemplates: expected a list, got {}'],
    [
      { initContainers: [{ securityContext: { capabilities: { add: 'NET_ADMIN' } } }] },
      'spec.initContainers[0].securityContext.capabilities.add: expected a list, got "NET_ADMIN"',
    ],
    [
      { containers: [{}, { resources: { limits: { cpu: 'one' } } }] },
      "spec.containers[1].resources.limits['cpu']: expected a Kubernetes quantity",
    ],
    [
      { resources: { requests: { memory: '1GB' } } },
      "spec.resources.requests['memory']: expected a Kubernetes quantity",
    ],
  ])('%j', (spec, message) => {
    expect(() => fargateLint([{ kind: 'Pod', metadata: { name: 'x' }, spec }])).toThrow(`Pod x: ${message}`);
  });
});

test('a container that is added to a running pod is held to the same', () => {
  const [container] = withPlanted(PLANTED_IN_PODS.find(({ rule }) => rule === 'privileged')!).spec.containers!;
  expect(found([objectOf('Pod', 'x', { ...plainPod(), ephemeralContainers: [container!] })])).toEqual([
    { rule: 'privileged', field: 'spec.ephemeralContainers[0].securityContext.privileged' },
  ]);
});

test('native sidecars count beside the containers, a limit where there is no request', () => {
  const nine = { limits: { cpu: '9' } };
  const spec = (restartPolicy: string) => ({
    containers: [{ name: 'a', resources: nine }],
    initContainers: [{ name: 'b', restartPolicy, resources: nine }],
  });
  expect(inPod(spec('Always'))[0]?.saw).toBe('18 vCPU and 0 GiB in all');
  expect(inPod(spec('Never'))).toEqual([]);
});

test('one of several terms of a node affinity is enough', () => {
  const terms = (...values: string[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: values.map((value) => ({
            matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: [value] }],
          })),
        },
      },
    },
  });
  expect(inPod(terms('arm64', 'amd64'))).toEqual([]);
  expect(inPod(terms('arm64', 's390x'))[0]?.saw).toBe('kubernetes.io/arch In arm64 or kubernetes.io/arch In s390x');
});

test('a claim template of a StatefulSet is a claim', () => {
  const set = objectOf('StatefulSet', 'x', plainPod());
  Object.assign(set.spec as object, { volumeClaimTemplates: [{ spec: claim({}) }] });
  expect(found([set])).toEqual([{ rule: 'dynamic-volume', field: 'spec.volumeClaimTemplates[0]' }]);
});
