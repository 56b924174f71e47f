import type { V1Container } from '@kubernetes/client-node';
import { imageId } from '../../tools/images.ts';
import { ownImageOf } from '../kube/own-image.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import { ensureBuilt, fluentdRecipe, ownRecipes } from './images.ts';

/** The images of a pipeline's pods. */
export interface PodImages {
  emitter: string;
  fluentd: string;
}

export interface OwnImagesOptions {
  root: string;
  pipeline: PipelineSource;
  /** Has an image of a registry at hand. */
  present(image: string): Promise<void>;
  say(what: string): void;
  signal: AbortSignal;
}

/**
 * Builds the images that are ours, the edge's first, as others may go on by it. Rejects with a UsageError where a pipeline without a Dockerfile names
 * no image for `fluentd`, its container.
 */
export function buildOwnImages(
  { root, pipeline, present, say, signal }: OwnImagesOptions,
  fluentd: V1Container,
): { edge: Promise<string>; pods: Promise<PodImages> } {
  const recipes = ownRecipes(root);
  const edge = ensureBuilt(recipes.edge, say, signal);
  const pods = edge.then(async () => ({
    emitter: await ensureBuilt(recipes.emitter, say, signal),
    fluentd: pipeline.imageContext
      ? await ensureBuilt(fluentdRecipe(pipeline.name, pipeline.imageContext), say, signal)
      : await ownImage(fluentd, present),
  }));
  pods.catch(() => {});
  return { edge, pods };
}

/** Taken from this machine or pulled to it, as the cluster has no credentials for a registry. */
async function ownImage(container: V1Container, present: (image: string) => Promise<void>): Promise<string> {
  const image = ownImageOf(container);
  await present(image);
  return image;
}

/** References by role, each with the id of the image that it stands for now. */
export async function withDigests(images: Record<string, string>): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.entries(images).map(async ([role, image]) => [role, `${image} (${await imageId(image)})`] as const),
  );
  return Object.fromEntries(entries);
}
