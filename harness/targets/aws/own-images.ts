import { EnvironmentError } from '../../core/trouble.ts';
import { ensureBuilt, fluentdRecipe, ownRecipes } from '../k3s/images.ts';
import type { Blueprint } from '../kube/blueprint.ts';
import { ownImageOf } from '../kube/own-image.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import type { AwsAccess } from './access.ts';
import { pushImages } from './images.ts';
import type { AwsStanding } from './standing.ts';

export interface OwnImagesOptions extends Pick<AwsAccess, 'settings' | 'apis' | 'stage'> {
  root: string;
  pipeline: PipelineSource;
  images: { redis: string };
  say(what: string): void;
  signal: AbortSignal;
}

/**
 * Builds the images that are ours and pushes them; a pipeline without a Dockerfile brings the reference of its own. Throws {@link UsageError} where it has
 * neither, {@link EnvironmentError} where the registry is not as it was.
 */
export async function pushOwnImages(
  { root, pipeline, settings, apis, images: { redis }, say, signal, stage }: OwnImagesOptions,
  own: Blueprint,
): Promise<AwsStanding['images']> {
  const recipes = ownRecipes(root);
  const edge = await ensureBuilt(recipes.edge, say, signal);
  const emitter = await ensureBuilt(recipes.emitter, say, signal);
  const fluentd =
    pipeline.imageContext && (await ensureBuilt(fluentdRecipe(pipeline.name, pipeline.imageContext), say, signal));
  say('looking into the registry');
  const { repository: name } = settings;
  const found = await apis.repository(name);
  if (!found) throw new EnvironmentError(`the ECR repository ${name} is gone: npm run doctor -- --target aws`);
  const references = await pushImages(
    [edge, emitter, ...(fluentd ? [fluentd] : [])],
    { uri: found.uri, digestOf: (tag) => apis.hasImage(name, tag), login: () => apis.registryLogin() },
    { say, signal },
  );
  const images = {
    edge: references[0]!,
    emitter: references[1]!,
    fluentd: references[2] ?? ownImageOf(own.anatomy.fluentd),
  };
  if (stage) for (const reference of Object.values(images)) await stage(reference);
  return { ...images, queue: redis };
}
