import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import type { TopologyName } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';

/** A folder with image, manifests and fluentd configuration. */
export interface PipelineSource {
  name: string;
  /** The folder that all of it lies in, and the parts of it that kustomize needs (`''`: all). */
  root: string;
  folders: string[];
  /** Folder of the manifests: with a kustomization.yaml, or plain YAML files. */
  manifests: string;
  /** The kustomize component on top of the manifests: a folder of load/topologies. */
  topology: TopologyName;
  /** Folder with the Dockerfile of the fluentd image; without one the manifest's own image is pulled. */
  imageContext?: string;
}

/** The folder that the topologies' components lie in. */
const COMPONENTS = 'load';

/** The pipelines that come with the project, by name. */
export const BUILT_IN: Record<string, { manifests: string; imageContext: string }> = {
  delivered: { manifests: 'manifests/overlays/k3s', imageContext: 'fluentd' },
  'as-written': { manifests: 'manifests/as-written', imageContext: 'fluentd/as-written' },
};

/**
 * The same pipeline in a topology: with its component on top, in place of another's. Throws {@link UsageError} for a pipeline whose sidecar the
 * components do not know.
 */
export function withTopology(source: PipelineSource, topology: TopologyName): PipelineSource {
  if (topology === source.topology) return source;
  const folders = source.folders.filter((folder) => folder !== COMPONENTS);
  if (topology === 'direct') return { ...source, folders, topology };
  if (source.name !== 'delivered')
    throw new UsageError(
      `--topology ${topology}: only the sidecar of the pipeline delivered can send elsewhere than to the domain, not that of ${source.name}`,
    );
  return { ...source, folders: [...folders, COMPONENTS], topology };
}

/** What a pipeline is called in reports: its name, and its topology where that is not the plain one. */
export function titleOf({ name, topology }: PipelineSource): string {
  return topology === 'direct' ? name : `${name} (${topology})`;
}

/** Finds a pipeline by name or folder; throws {@link UsageError} with what such a folder must hold. */
export function findPipeline(nameOrFolder: string, root: string): PipelineSource {
  const builtIn = BUILT_IN[nameOrFolder];
  if (builtIn) {
    const { manifests, imageContext } = builtIn;
    return {
      name: nameOrFolder,
      root,
      folders: ['manifests', 'fluentd'],
      manifests: join(root, manifests),
      topology: 'direct',
      imageContext: join(root, imageContext),
    };
  }
  const folder = isAbsolute(nameOrFolder) ? nameOrFolder : resolve(nameOrFolder);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UsageError(
      `unknown pipeline "${nameOrFolder}": expected ${Object.keys(BUILT_IN).join(', ')} or a folder, and there is no folder ${folder}`,
    );
  }
  const manifests = [folder, join(folder, 'manifests')].find(
    (candidate) => existsSync(candidate) && yamlFiles(candidate).length > 0,
  );
  if (!manifests) {
    throw new UsageError(
      `the pipeline folder ${folder} has no manifests: expected *.yaml files or a kustomization.yaml in it or in its manifests/`,
    );
  }
  const imageContext = [join(folder, 'fluentd'), folder].find((candidate) => existsSync(join(candidate, 'Dockerfile')));
  return {
    name: basename(folder),
    root: folder,
    folders: [''],
    manifests,
    topology: 'direct',
    ...(imageContext ? { imageContext } : {}),
  };
}

/** Whether kustomize has to build these manifests. */
export function isKustomized(source: PipelineSource): boolean {
  return existsSync(join(source.manifests, 'kustomization.yaml'));
}

/** Reads the plain YAML files of a folder. */
export function readPlain(source: PipelineSource): KubernetesObject[] {
  return yamlFiles(source.manifests).flatMap((file) =>
    parseManifests(readFileSync(join(source.manifests, file), 'utf8'), file),
  );
}

/** The text of a variant of the fluentd configuration; undefined where the pipeline offers none of that name. */
export function readVariant({ imageContext }: PipelineSource, name: string): string | undefined {
  const file = imageContext && join(imageContext, 'variants', `${name}.conf`);
  return file && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Parses YAML documents into Kubernetes objects; throws {@link UsageError} naming file, line and reason. */
export function parseManifests(text: string, where: string): KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [problem] = document.errors;
    if (problem) throw new UsageError(`${where} does not parse: ${problem.message}`);
    const object = document.toJS();
    if (object === null) return [];
    if (typeof object !== 'object' || !object.kind || !object.apiVersion || !object.metadata?.name) {
      throw new UsageError(
        `${where} holds something that is no Kubernetes object: expected apiVersion, kind and metadata.name`,
      );
    }
    return object.kind === 'List' ? object.items : [object];
  });
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort();
}
