import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { KubernetesObject, V1ConfigMap } from '@kubernetes/client-node';
import { parse, YAMLParseError } from 'yaml';
import { UsageError } from '../../core/trouble.ts';
import { parseManifests } from '../kube/parse-manifests.ts';
import { kustomizationIn } from '../kube/pipeline.ts';
import { changeImages, type ImageChange } from './kustomize-images.ts';
import { mergePatch } from './merge-patch.ts';

interface Kustomization {
  kind?: string;
  apiVersion?: string;
  namespace?: string;
  resources?: string[];
  components?: string[];
  patches?: { path?: string; patch?: string; target?: object }[];
  configMapGenerator?: { name: string; namespace?: string; behavior?: string; files?: string[]; literals?: string[] }[];
  generatorOptions?: { disableNameSuffixHash?: boolean };
  images?: ImageChange[];
}

const KNOWN = [
  'kind',
  'apiVersion',
  'namespace',
  'resources',
  'components',
  'patches',
  'configMapGenerator',
  'generatorOptions',
  'images',
];
const CLUSTER_WIDE = new Set([
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'PersistentVolume',
  'StorageClass',
  'CustomResourceDefinition',
]);

/** A kustomization asks for something that is only kustomize's. */
export class BeyondSubset extends UsageError {}

/**
 * What kustomize makes of a folder, for the part of it that this project's overlays use: resources, components, namespace, configMapGenerator of
 * files and literals without a name's suffix, strategic-merge patches and images. Throws {@link BeyondSubset} for anything else, {@link UsageError} for
 * what kustomize refuses too.
 */
export function kustomize(folder: string, into: readonly KubernetesObject[] = []): KubernetesObject[] {
  const file = kustomizationIn(folder);
  if (file === undefined) throw new UsageError(`${folder} has no kustomization.yaml`);
  const asked = kustomizationOf(file);
  const beyond = Object.keys(asked).filter((key) => !KNOWN.includes(key));
  if (beyond.length > 0) throw new BeyondSubset(`${file} uses ${beyond.join(', ')}`);
  const { resources = [], components = [], patches = [], images = [], namespace } = asked;
  let objects = [
    ...into,
    ...resources.flatMap((resource) => resourcesOf(folder, resource)),
    ...configMaps(asked, folder, file),
  ];
  for (const component of components) objects = kustomize(join(folder, component), objects);
  for (const patch of patches) objects = patched(objects, patch, folder, file);
  if (namespace !== undefined) for (const object of objects) inNamespace(object, namespace);
  changeImages(objects, images);
  return objects;
}

function kustomizationOf(file: string): Kustomization {
  try {
    return (parse(readFileSync(file, 'utf8')) ?? {}) as Kustomization;
  } catch (error) {
    if (error instanceof YAMLParseError) throw new UsageError(`${file} does not parse: ${error.message}`);
    throw error;
  }
}

function resourcesOf(folder: string, resource: string): KubernetesObject[] {
  const path = join(folder, resource);
  if (/:\/\/|^git@|^github\.com\//.test(resource)) throw new BeyondSubset(`${folder} takes ${resource} from elsewhere`);
  if (!existsSync(path)) throw new UsageError(`the kustomization of ${folder} names ${resource}, which is not there`);
  return statSync(path).isDirectory() ? kustomize(path) : parseManifests(readFileSync(path, 'utf8'), path);
}

function configMaps(
  { configMapGenerator = [], generatorOptions = {} }: Kustomization,
  folder: string,
  file: string,
): V1ConfigMap[] {
  return configMapGenerator.map(({ name, namespace, files = [], literals = [], ...rest }) => {
    if (!generatorOptions.disableNameSuffixHash)
      throw new BeyondSubset(`${file} generates ${name} with a hash in its name`);
    if (Object.keys(rest).length > 0)
      throw new BeyondSubset(`${file} generates ${name} with ${Object.keys(rest).join(', ')}`);
    const pairs = files.map((entry) => {
      const [key, path = key] = entry.split('=') as [string, string?];
      return [path === key ? basename(path) : key, readFileSync(join(folder, path), 'utf8')] as const;
    });
    const told = literals.map((entry) => entry.match(/^([^=]+)=(.*)$/s)!.slice(1) as [string, string]);
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: Object.fromEntries([...pairs, ...told]) };
  });
}

function patched(
  objects: KubernetesObject[],
  { path, patch, target }: NonNullable<Kustomization['patches']>[number],
  folder: string,
  file: string,
): KubernetesObject[] {
  if (target) throw new BeyondSubset(`${file} has a patch with a target`);
  const text = patch ?? readFileSync(join(folder, path ?? ''), 'utf8');
  let after = objects;
  for (const change of parseManifests(text, path ?? file)) {
    const meets = ({ kind, metadata }: KubernetesObject) =>
      kind === change.kind && metadata?.name === change.metadata?.name;
    if (!after.some(meets))
      throw new UsageError(`${file}: the patch of ${change.kind} ${change.metadata?.name} finds nothing to change`);
    after = after.flatMap((object) => {
      if (!meets(object)) return [object];
      const merged = mergePatch(object, change);
      return merged === undefined ? [] : [merged as KubernetesObject];
    });
  }
  return after;
}

function inNamespace(object: KubernetesObject, namespace: string): void {
  if (object.kind === 'Namespace') object.metadata!.name = namespace;
  else if (!CLUSTER_WIDE.has(object.kind!)) object.metadata!.namespace = namespace;
}
