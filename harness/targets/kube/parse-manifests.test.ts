import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseManifests } from './parse-manifests.ts';
import { findPipeline, isKustomized, readPlain } from './pipeline.ts';

const kinds = (text: string) => parseManifests(text, 'x.yaml').map(({ kind }) => kind);
const named = (kind: string) => `{apiVersion: v1, kind: ${kind}, metadata: {name: x}}`;
const spec = (text: string) => {
  const [pod] = parseManifests(
    `{apiVersion: v1, kind: Pod, metadata: {name: x}}`.replace(/}$/, `, ${text}}`),
    'x.yaml',
  );
  return (pod as unknown as { spec: unknown }).spec;
};

describe('manifests as text', () => {
  test.each([
    ['a List', `{apiVersion: v1, kind: List, metadata: {name: l}, items: [${named('A')}, ${named('B')}]}`],
    ['a List without a name', `{apiVersion: v1, kind: List, items: [${named('A')}, ${named('B')}]}`],
    ['a list of one kind', `{apiVersion: v1, kind: PodList, metadata: {}, items: [${named('A')}, ${named('B')}]}`],
    [
      'a List in a List',
      `{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [${named('A')}]}, ${named('B')}]}`,
    ],
    ['documents, empty ones among them', `---\n# nothing\n---\n${named('A')}\n---\n${named('B')}\n---\n`],
  ])('%s is the objects in it', (_, text) => expect(kinds(text)).toEqual(['A', 'B']));

  test('an empty List, file or comment is none', () => {
    for (const text of ['{apiVersion: v1, kind: List, items: }', '', '# only a comment'])
      expect(kinds(text)).toEqual([]);
  });

  test('merges, booleans and octal numbers are what kubectl makes of them', () => {
    const privileged = { privileged: true };
    expect(spec('x: &x {privileged: true}, spec: {<<: *x, runAsUser: 0}')).toEqual({ ...privileged, runAsUser: 0 });
    expect(spec('spec: {a: yes, b: "yes", c: off, d: True, mode: 0644, zero: 0, text: "0644"}')).toEqual({
      ...{ a: true, b: 'yes', c: false, d: true },
      ...{ mode: 0o644, zero: 0, text: '0644' },
    });
  });

  test.each([
    ['a: [', /^x\.yaml does not parse/],
    ['a: {{ .Values.a }}\nb: [', /helm template\)$/],
    ['just text', /^x\.yaml holds something that is no Kubernetes object/],
    ['[1]', /no Kubernetes object/],
    ['kind: Pod', /expected apiVersion, kind and metadata\.name/],
    ['{apiVersion: v1, kind: List, items: [{kind: Pod}]}', /no Kubernetes object/],
  ])('%j is refused with the file’s name', (text, message) => {
    expect(() => parseManifests(text, 'x.yaml')).toThrow(message);
  });
});

describe('a folder', () => {
  const folderOf = (files: Record<string, string>) => {
    const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return findPipeline(folder, '/');
  };

  test('of JSON is read, tabs and all, and what other tools keep there is left alone', () => {
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'A', metadata: { name: 'x' } }, null, '\t');
    const alone = folderOf({ 'a.json': json });
    const beside = folderOf({ 'a.yml': named('B'), 'b.json': json, 'package.json': '{}', 'tsconfig.json': '{ // no' });
    expect(readPlain(alone).map(({ kind }) => kind)).toEqual(['A']);
    expect(readPlain(beside).map(({ kind }) => kind)).toEqual(['B', 'A']);
  });

  test('with settings of another tool beside manifests/ is that of manifests/', () => {
    const { root, manifests } = folderOf({ 'package.json': '{}', 'manifests/a.yaml': named('A') });
    expect(manifests).toBe(join(root, 'manifests'));
  });

  test.each(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])('with %s is kustomize’s', (name) => {
    expect(isKustomized(folderOf({ [name]: 'resources: []' }))).toBe(true);
  });

  test('that is a file is said to be one', () => {
    const { root } = folderOf({ 'a.yaml': named('A') });
    expect(() => findPipeline(join(root, 'a.yaml'), '/')).toThrow(/or a folder, and \S+a\.yaml is a file/);
  });
});
