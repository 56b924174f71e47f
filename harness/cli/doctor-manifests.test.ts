import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { objectOf, plainPod } from '../core/fargate-lint/plain-pod.ts';
import { UsageError } from '../core/trouble.ts';
import { doctorManifests } from './doctor-manifests.ts';

async function said(folder: string): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await doctorManifests(folder, (line) => lines.push(line));
  return { code, lines };
}

function folderOf(files: Record<string, object | string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : stringify(content));
  return folder;
}

test('what is delivered has a size and a price, and nothing to mend', async () => {
  const { code, lines } = await said('delivered');
  expect(code).toBe(0);
  expect(lines).toEqual([
    expect.stringMatching(
      /Deployment testdeployment: on Fargate a pod of 1 vCPU, 2 GB and 20 GB of storage: \$36\.04 a month \(/,
    ),
    expect.stringMatching(/\d+ objects: nothing that Fargate refuses/),
  ]);
});

test('a violation in plain files is told with its fix, beside the price of all replicas', async () => {
  const app = objectOf('Deployment', 'app', { ...plainPod(), hostNetwork: true });
  Object.assign(app.spec as object, { replicas: 3 });
  const { code, lines } = await said(folderOf({ 'app.yaml': app }));
  expect(code).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(/Deployment app: spec\.template\.spec\.hostNetwork is true.*\n {4}mend: take it away/),
    expect.stringMatching(/\.25 vCPU, 0\.5 GB .*: \$9\.01 a month, \$27\.03 for 3 \(/),
  ]);
});

test('so is one that a kustomization makes, below manifests/ too', async () => {
  const patched = folderOf({
    'pod.yaml': objectOf('Pod', 'app', plainPod()),
    'kustomization.yaml': {
      resources: ['pod.yaml'],
      patches: [
        { patch: stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'app' }, spec: { hostPID: true } }) },
      ],
    },
  });
  const { code, lines } = await said(patched);
  expect([code, lines[0]]).toEqual([1, expect.stringContaining('Pod app: spec.hostPID is true')]);
});

test('a DaemonSet has no price, and a pod that is too large has none', async () => {
  const huge = { containers: [{ name: 'x', resources: { requests: { cpu: '20' } } }] };
  const { code, lines } = await said(
    folderOf({ 'a.yaml': objectOf('DaemonSet', 'log', plainPod()), 'b.yaml': objectOf('Job', 'huge', huge) }),
  );
  expect(code).toBe(1);
  expect(lines).toEqual([
    expect.stringContaining('DaemonSet log: kind is DaemonSet'),
    expect.stringContaining('Job huge: spec.template.spec.containers is 20 vCPU'),
    expect.stringContaining('Job huge: Fargate has no pod of that size'),
  ]);
});

test('what it would not keep, and what was not looked at, are told beside', async () => {
  const resources = { requests: { cpu: '100m' }, limits: { cpu: '2' } };
  const app = objectOf('Deployment', 'app', { containers: [{ name: 'x', resources }] });
  const folder = folderOf({ 'app.yaml': app });
  for (const [name, content] of Object.entries({ more: stringify(app), other: 'a: 1' })) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'x.yaml'), content);
  }
  const { code, lines } = await said(folder);
  expect(code).toBe(0);
  expect(lines).toEqual([
    expect.stringContaining('a pod of 0.25 vCPU'),
    expect.stringMatching(/Deployment app: spec\.\S+\.resources\.limits\['cpu'\] is 2, its request 100m: /),
    expect.stringMatching(/more holds manifests too, and was not looked at/),
    expect.stringContaining('nothing that Fargate refuses'),
  ]);
});

test('a folder that cannot be read is bad usage, in words', async () => {
  const strange = folderOf({});
  mkdirSync(join(strange, 'x.yaml'));
  const cases: [string, RegExp][] = [
    ['/nowhere', /there is no folder \/nowhere/],
    [folderOf({}), /has no manifests/],
    [strange, /cannot be read: EISDIR/],
    [folderOf({ 'a.yaml': 'a: [' }), /a\.yaml does not parse/],
    [folderOf({ 'a.yaml': 'a: 1' }), /no Kubernetes object/],
    [folderOf({ 'a.yaml': '' }), /nothing that makes pods: they are empty/],
    [
      folderOf({ 'a.yaml': { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'logs' } } }),
      /nothing that makes pods: Namespace logs/,
    ],
  ];
  for (const [folder, message] of cases) {
    const error = await said(folder).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(message);
  }
});
