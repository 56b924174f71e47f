import type { KubernetesObject } from '@kubernetes/client-node';
import { UsageError } from '../../core/trouble.ts';
import { CommandError, run } from '../../tools/shell.ts';
import { parseManifests } from '../kube/parse-manifests.ts';
import { isKustomized, type PipelineSource, readPlain } from '../kube/pipeline.ts';
import { BeyondSubset, kustomize } from './kustomize.ts';

/** The manifests of a pipeline as objects, without a cluster: what is beyond our part of kustomize is left to kubectl, where it is at hand. */
export async function renderHere(source: PipelineSource): Promise<KubernetesObject[]> {
  if (!isKustomized(source)) return readPlain(source);
  try {
    return kustomize(source.manifests);
  } catch (error) {
    if (!(error instanceof BeyondSubset)) throw error;
    return byKubectl(source.manifests, error.message);
  }
}

async function byKubectl(folder: string, why: string): Promise<KubernetesObject[]> {
  try {
    return parseManifests(await run(['kubectl', 'kustomize', folder]), `what kustomize makes of ${folder}`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.exitCode === 1) throw new UsageError(`kustomize refuses ${folder}:\n${error.output.trim()}`);
    throw new UsageError(`${why}, which only kustomize can do: install kubectl, or run it with --target k3s`);
  }
}
