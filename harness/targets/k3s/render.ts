import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { UsageError } from '../../core/trouble.ts';
import { runOnce } from '../../tools/containers.ts';
import { CommandError } from '../../tools/shell.ts';
import { parseManifests } from '../kube/parse-manifests.ts';
import { isKustomized, type PipelineSource, readPlain } from '../kube/pipeline.ts';

/**
 * The manifests of a pipeline as objects. kustomize runs where it is at hand for sure: in the cluster's image. What it makes is kept by content, so
 * that it runs once a change.
 */
export async function renderManifests(
  source: PipelineSource,
  cache: string,
  clusterImage: () => Promise<string>,
): Promise<KubernetesObject[]> {
  if (!isKustomized(source)) return readPlain(source);
  const file = join(cache, `${contentHash(source)}.yaml`);
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    const rendered = await kustomize(source, await clusterImage(), cache);
    // In one step: a run that is killed here must not leave half of it for all runs to come.
    writeFileSync(`${file}.${process.pid}`, rendered);
    renameSync(`${file}.${process.pid}`, file);
  }
  return parseManifests(readFileSync(file, 'utf8'), `what kustomize makes of ${source.manifests}`);
}

async function kustomize(source: PipelineSource, image: string, cache: string): Promise<string> {
  const { root, folders, manifests, topology } = source;
  const copies = folders.map((folder): [string, string] => [join(root, folder), `/${folder || 'pipeline'}`]);
  const inside = folders.includes('')
    ? join('/pipeline', relative(root, manifests))
    : join('/', relative(root, manifests));
  const top = mkdtempSync(join(cache, 'top-'));
  try {
    if (topology === 'direct') return await runOnce(image, 'kubectl', ['kustomize', inside], copies);
    const kustomization = { resources: [`..${inside}`], components: [`../load/topologies/${topology}`] };
    writeFileSync(join(top, 'kustomization.yaml'), JSON.stringify(kustomization));
    return await runOnce(image, 'kubectl', ['kustomize', '/top'], [...copies, [top, '/top']]);
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 1)
      throw new UsageError(`kustomize refuses ${manifests}:\n${error.output.trim()}`);
    throw error;
  } finally {
    rmSync(top, { recursive: true });
  }
}

function contentHash({ root, folders, manifests, topology }: PipelineSource): string {
  const hash = createHash('sha256').update(`${relative(root, manifests)}\0${topology}`);
  for (const folder of folders) {
    const entries = globSync(['**/*.{yaml,yml,conf,json,env,properties}', '**/Kustomization'], {
      cwd: join(root, folder),
      withFileTypes: true,
    });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const path of paths.sort())
      hash
        .update(`${relative(root, path)}\0`)
        .update(readFileSync(path))
        .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
