import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parseManifests } from '../kube/pipeline.ts';
import { BeyondSubset, kustomize } from './kustomize.ts';

const manifests = join(import.meta.dirname, '..', '..', '..', 'manifests');
const overlays = readdirSync(join(manifests, 'overlays')).map((name) => `overlays/${name}`);

/** kustomize itself, where this machine has it. */
function kubectl(folder: string): KubernetesObject[] {
  return parseManifests(execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' }), folder);
}
const hasKubectl = (() => {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const sorted = (objects: KubernetesObject[]) =>
  [...objects].sort((a, b) => `${a.kind} ${a.metadata!.name}`.localeCompare(`${b.kind} ${b.metadata!.name}`));

const folder = (files: Record<string, string>) => {
  const root = mkdtempSync(join(tmpdir(), 'kustomize-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
};

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: a
          command: [x, y]
          env: [{ name: ONE, value: "1" }, { name: TWO, value: "2" }]
          volumeMounts: [{ name: log, mountPath: /log }]
        - name: b
      volumes: [{ name: log, emptyDir: {} }, { name: tmp, emptyDir: {} }]
`;
const PATCH = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: app, labels: { new: "yes" } }
spec:
  replicas: null
  template:
    spec:
      initContainers: [{ name: first }]
      containers:
        - name: a
          command: [z]
          env: [{ name: THREE, value: "3" }, { name: TWO, value: "22" }]
          volumeMounts: [{ name: tmp, mountPath: /tmp }]
        - name: b
          $patch: delete
      volumes: [{ name: log, emptyDir: { sizeLimit: 1Gi } }, { name: new, emptyDir: {} }]
`;
const FOLDER = {
  'kustomization.yaml': 'resources: [base]\ncomponents: [part]\npatches: [{ path: patch.yaml }]\nnamespace: here\n',
  'base/kustomization.yaml':
    'resources: [app.yaml]\nconfigMapGenerator:\n- name: conf\n  files: [a.conf, b.conf=other.txt]\n  literals: [c=1=2]\ngeneratorOptions: { disableNameSuffixHash: true }\n',
  'base/app.yaml': DEPLOYMENT,
  'base/a.conf': 'a\n',
  'base/other.txt': 'b\n',
  'patch.yaml': PATCH,
  'part/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{ patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: app}, spec: {replicas: 4, paused: true}}" }]\n',
};

describe.skipIf(!hasKubectl)('our part of kustomize makes what kustomize makes', () => {
  test.each([...overlays, 'as-written', 'base'])('of manifests/%s', (name) => {
    expect(sorted(kustomize(join(manifests, name)))).toEqual(sorted(kubectl(join(manifests, name))));
  });
  test('of patches, components, generators and a namespace', () => {
    const root = folder(FOLDER);
    expect(sorted(kustomize(root))).toEqual(sorted(kubectl(root)));
  });
});

test('patches merge lists by name, take away what is null or $patch: delete, and replace plain lists', () => {
  const [deployment] = kustomize(folder(FOLDER)) as never as [{ spec: never; metadata: object }];
  expect(deployment.metadata).toEqual({ name: 'app', namespace: 'here', labels: { new: 'yes' } });
  expect(deployment.spec).toEqual({
    paused: true,
    template: {
      spec: {
        initContainers: [{ name: 'first' }],
        containers: [
          {
            name: 'a',
            command: ['z'],
            env: [
              { name: 'THREE', value: '3' },
              { name: 'TWO', value: '22' },
              { name: 'ONE', value: '1' },
            ],
            volumeMounts: [
              { name: 'tmp', mountPath: '/tmp' },
              { name: 'log', mountPath: '/log' },
            ],
          },
        ],
        volumes: [
          { name: 'log', emptyDir: { sizeLimit: '1Gi' } },
          { name: 'new', emptyDir: {} },
          { name: 'tmp', emptyDir: {} },
        ],
      },
    },
  });
});

describe('what is beyond it is said, not left out', () => {
  const cases: [string, string][] = [
    ['images', 'resources: [app.yaml]\nimages: [{ name: a, newTag: b }]'],
    ['a hash in its name', 'configMapGenerator: [{ name: conf, literals: [a=b] }]'],
    ['a patch with a target', 'resources: [app.yaml]\npatches: [{ patch: "[]", target: { kind: Deployment } }]'],
  ];
  test.each(cases)('%s', (what, text) => {
    const root = folder({ 'kustomization.yaml': text, 'app.yaml': DEPLOYMENT });
    expect(() => kustomize(root)).toThrow(BeyondSubset);
    expect(() => kustomize(root)).toThrow(what);
  });
  test('a resource that is not there', () => {
    expect(() => kustomize(folder({ 'kustomization.yaml': 'resources: [gone.yaml]' }))).toThrow(
      /names gone\.yaml, which is not there/,
    );
  });
  test('a patch that meets nothing', () => {
    const text = 'patches: [{ patch: "{apiVersion: v1, kind: Secret, metadata: {name: s}}" }]';
    expect(() => kustomize(folder({ 'kustomization.yaml': text }))).toThrow(
      'the patch of Secret s finds nothing to change',
    );
  });
});
