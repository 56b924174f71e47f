import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parseManifests } from '../kube/parse-manifests.ts';
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
const DIGEST = `sha256:${'1'.repeat(64)}`;
const image = (name: string, reference: string) => `{ name: ${name}, image: "${reference}" }`;
const IMAGES = {
  'kustomization.yaml': `
resources: [app.yaml]
images:
  - { name: plain, newName: host:5000/team/plain, digest: "${DIGEST}" }
  - { name: tagged, newTag: "2" }
  - { name: host/named, newName: named }
`,
  'app.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  template:
    spec:
      initContainers: [${image('first', 'plain:1')}, ${image('other', 'plain-too:1')}]
      containers: [${image('a', 'tagged:1')}, ${image('b', `tagged@${DIGEST}`)}, ${image('c', 'host/named:1')}, ${image('d', 'named/x')}]
`,
};

describe.skipIf(!hasKubectl)('our part of kustomize makes what kustomize makes', () => {
  test.each([...overlays, 'as-written', 'base'])('of manifests/%s', (name) => {
    expect(sorted(kustomize(join(manifests, name)))).toEqual(sorted(kubectl(join(manifests, name))));
  });
  test('of patches, components, generators and a namespace', () => {
    const root = folder(FOLDER);
    expect(sorted(kustomize(root))).toEqual(sorted(kubectl(root)));
  });
  test('of images: name, tag, digest, and others that only begin alike', () => {
    const root = folder(IMAGES);
    expect(kustomize(root)).toEqual(kubectl(root));
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

test('images are changed in every container, by their whole name', () => {
  const [deployment] = kustomize(folder(IMAGES)) as never as [{ spec: { template: { spec: never } } }];
  expect(deployment.spec.template.spec).toEqual({
    initContainers: [
      { name: 'first', image: `host:5000/team/plain@${DIGEST}` },
      { name: 'other', image: 'plain-too:1' },
    ],
    containers: [
      { name: 'a', image: 'tagged:2' },
      { name: 'b', image: 'tagged:2' },
      { name: 'c', image: 'named:1' },
      { name: 'd', image: 'named/x' },
    ],
  });
});

test.each(['kustomization.yml', 'Kustomization'])('a kustomization may be called %s', (name) => {
  const root = folder({
    [`base/${name}`]: 'resources: [app.yaml]',
    'base/app.yaml': DEPLOYMENT,
    [name]: 'resources: [base]',
  });
  expect(kustomize(root).map(({ kind }) => kind)).toEqual(['Deployment']);
});

describe('what is beyond it is said, not left out', () => {
  const cases: [string, string][] = [
    ['replicas', 'resources: [app.yaml]\nreplicas: [{ name: app, count: 2 }]'],
    ['a hash in its name', 'configMapGenerator: [{ name: conf, literals: [a=b] }]'],
    ['from elsewhere', 'resources: ["https://github.com/some/base?ref=v1"]'],
    ['a patch with a target', 'resources: [app.yaml]\npatches: [{ patch: "[]", target: { kind: Deployment } }]'],
  ];
  test.each(cases)('%s', (what, text) => {
    const root = folder({ 'kustomization.yaml': text, 'app.yaml': DEPLOYMENT });
    expect(() => kustomize(root)).toThrow(BeyondSubset);
    expect(() => kustomize(root)).toThrow(what);
  });
  test('a kustomization that does not parse', () => {
    expect(() => kustomize(folder({ 'kustomization.yaml': 'resources: [' }))).toThrow(
      /kustomization\.yaml does not parse/,
    );
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
