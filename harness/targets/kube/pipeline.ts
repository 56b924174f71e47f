import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { TopologyName } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import { parseManifests } from './parse-manifests.ts';

/** A folder with image, manifests and fluentd configuration. */
export interface PipelineSource {
  name: string;
  /** The folder that all of it lies in, and the parts of it that kustomize needs (`''`: all). */
  root: string;
  folders: string[];
  /** Folder of the manifests: with a kustomization.yaml, or plain files of YAML or JSON. */
  manifests: string;
  /** The kustomize component on top of the manifests: a folder of load/topologies. */
  topology: TopologyName;
  /** Folder with the Dockerfile of the fluentd image; without one the manifest's own image is pulled. */
  imageContext?: string;
}

/** The folder that the topologies' components lie in. */
const COMPONENTS = 'load';

const YAML = /\.ya?ml$/;
const JSON_FILE = /\.json$/;

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
    const found = existsSync(folder) ? `${folder} is a file` : `there is no folder ${folder}`;
    throw new UsageError(
      `unknown pipeline "${nameOrFolder}": expected ${Object.keys(BUILT_IN).join(', ')} or a folder, and ${found}`,
    );
  }
  const candidates = [folder, join(folder, 'manifests')].filter((candidate) => existsSync(candidate));
  const manifests =
    candidates.find((candidate) => kustomizationIn(candidate) || filesIn(candidate, YAML).length > 0) ??
    candidates.find((candidate) => filesIn(candidate, JSON_FILE).length > 0);
  if (!manifests) {
    throw new UsageError(
      `the pipeline folder ${folder} has no manifests: expected *.yaml or *.json files or a kustomization.yaml in it or in its manifests/`,
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
  return kustomizationIn(source.manifests) !== undefined;
}

/** The file that tells kustomize what to build of a folder, by any of the names that kustomize knows; undefined: there is none. */
export function kustomizationIn(folder: string): string | undefined {
  return ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
    .map((name) => join(folder, name))
    .find((file) => existsSync(file));
}

/** Reads the plain files of a folder, as kubectl would, in the order of their names. JSON without an apiVersion is another tool's. */
export function readPlain({ manifests }: PipelineSource): KubernetesObject[] {
  return filesIn(manifests, YAML, JSON_FILE).flatMap((file) => {
    const text = readFileSync(join(manifests, file), 'utf8');
    return JSON_FILE.test(file) && !text.includes('"apiVersion"') ? [] : parseManifests(text, file);
  });
}

/** Folders beside plain files, with manifests of their own, that neither kubectl nor this project looks into. */
export function unreadFolders(source: PipelineSource): string[] {
  if (isKustomized(source)) return [];
  return readdirSync(source.manifests, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(source.manifests, name))
    .filter((folder) => filesIn(folder, YAML, JSON_FILE).some((file) => isManifest(join(folder, file))));
}

function isManifest(file: string): boolean {
  return statSync(file).isFile() && /^\s*"?apiVersion"?:/m.test(readFileSync(file, 'utf8'));
}

/** The text of a variant of the fluentd configuration; undefined where the pipeline offers none of that name. */
export function readVariant({ imageContext }: PipelineSource, name: string): string | undefined {
  const file = imageContext && join(imageContext, 'variants', `${name}.conf`);
  return file && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function filesIn(folder: string, ...names: RegExp[]): string[] {
  return readdirSync(folder)
    .filter((file) => names.some((name) => name.test(file)))
    .sort();
}
