import { UsageError } from '../../core/trouble.ts';
import { architectureOf, loggedIn, type RegistryLogin } from '../../tools/registry.ts';

/** What pushing needs to know of an ECR repository. */
export interface Repository {
  /** `123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/efk-sidecar-harness` */
  uri: string;
  /** Digest of the image with a tag; undefined where there is none. */
  digestOf(tag: string): Promise<string | undefined>;
  login(): Promise<RegistryLogin>;
}

export interface PushOptions {
  say(what: string): void;
  signal: AbortSignal;
}

/**
 * Pushes images that were built here, whose tags are hashes of what they were built from, into one repository: `fluentd-delivered:3f2a…` as
 * `REPOSITORY:fluentd-delivered-3f2a…`. What is there already is not pushed again. Returns their references by digest, in the same order. Throws
 * {@link UsageError} for one that Fargate cannot run.
 */
export async function pushImages(
  images: readonly string[],
  repository: Repository,
  { say, signal }: PushOptions,
): Promise<string[]> {
  for (const image of images) await assertRunsOnFargate(image);
  const tagged = images.map((image) => ({ image, tag: tagOf(image) }));
  const known = new Map<string, string>();
  for (const { tag } of tagged) {
    const digest = await repository.digestOf(tag);
    if (digest) known.set(tag, digest);
  }
  const missing = tagged.filter(({ tag }) => !known.has(tag));
  if (missing.length > 0)
    await loggedIn(await repository.login(), async (pusher) => {
      for (const { image, tag } of missing) {
        say(`pushing ${tag}`);
        known.set(tag, await pusher.push(image, `${repository.uri}:${tag}`, { signal }));
      }
    });
  return tagged.map(({ tag }) => `${repository.uri}@${known.get(tag)}`);
}

async function assertRunsOnFargate(image: string): Promise<void> {
  const architecture = await architectureOf(image);
  if (architecture !== 'amd64')
    throw new UsageError(
      `${image} is built for ${architecture}, and pods on Fargate run amd64 alone: remove it (docker rmi ${image}) and start again with DOCKER_DEFAULT_PLATFORM=linux/amd64`,
    );
}

/** `efk-sidecar-harness/fluentd-delivered:3f2a` as the tag `fluentd-delivered-3f2a`. */
export function tagOf(image: string): string {
  const tag = image
    .replace(/@sha256:/, '-')
    .replace(/^.*\/([^/]+)$/, '$1')
    .replaceAll(/[^\w.-]/g, '-');
  return tag.slice(0, 128);
}
