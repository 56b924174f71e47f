import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kustomize } from '../../targets/embedded/kustomize.ts';
import { parseManifests } from '../../targets/kube/pipeline.ts';
import { FARGATE_RULES, fargateLint, findingText } from './lint.ts';
import type { LintedObject, LintedPodSpec } from './objects.ts';
import { claim, objectOf, POD_KINDS, plainPod } from './plain-pod.ts';
import { PLANTED_IN_PODS, PLANTED_OBJECTS, withPlanted } from './planted.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PATH_OF: Partial<Record<string, string>> = { Pod: 'spec', CronJob: 'spec.jobTemplate.spec.template.spec' };
const found = (objects: LintedObject[]) => fargateLint(objects).map(({ rule, field }) => ({ rule, field }));
const inPod = (change: Partial<LintedPodSpec>) => fargateLint([objectOf('Pod', 'x', { ...plainPod(), ...change })]);

describe('a violation', () => {
  test.each(POD_KINDS.flatMap((kind) => PLANTED_IN_PODS.map((planted) => [kind, planted.rule, planted] as const)))(
    'in a %s is found at its field: %s',
    (kind, rule, planted) => {
      const { spec, field } = withPlanted(planted);
      const at = PATH_OF[kind] ?? 'spec.template.spec';
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

  test.each<[string, Partial<LintedPodSpec>]>([
    ['a node selector that Fargate’s nodes meet', { nodeSelector: { 'kubernetes.io/arch': 'amd64' } }],
    ['a zone, which any of them may have', { nodeSelector: { 'topology.kubernetes.io/zone': 'eu-central-1a' } }],
    ['a pod that says it is for Linux', { os: { name: 'linux' } }],
    ['flags that are off', { hostNetwork: false, hostPID: false }],
    ['the largest pod', { containers: [{ name: 'x', resources: { requests: { cpu: 16, memory: '119.75Gi' } } }] }],
    ['a request that is 0', { containers: [{ name: 'x', resources: { requests: { cpu: '0', memory: 0 } } }] }],
    ['a claim that is made elsewhere', { volumes: [{ name: 'x', persistentVolumeClaim: { claimName: 'efs' } }] }],
    [
      'containers that start one after another, each as large as a pod may be',
      {
        initContainers: [{ name: 'a', resources: { requests: { cpu: '16' } } }],
        containers: [{ name: 'b', resources: { requests: { cpu: '16' } } }],
      },
    ],
  ])('in %s', (_, change) => expect(inPod(change)).toEqual([]));

  test('in a claim of a volume that is named, chosen, or comes with it', () => {
    const of = (spec: object) => ({ kind: 'PersistentVolumeClaim', metadata: { name: 'x' }, spec: claim(spec) });
    const volume = { kind: 'PersistentVolume', metadata: { name: 'x' }, spec: { storageClassName: 'efs-sc' } };
    expect(fargateLint([of({ volumeName: 'efs' }), of({ selector: { matchLabels: {} } })])).toEqual([]);
    expect(fargateLint([of({ storageClassName: 'efs-sc' }), volume])).toEqual([]);
    expect(fargateLint([of({ storageClassName: 'gp3' }), volume])).toHaveLength(1);
  });
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
