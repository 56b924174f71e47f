import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Api, arnOf, type Input, type Stage } from './api.ts';
import { AwsError, denied } from './errors.ts';
import { manifestOf } from './registry.ts';
import type { World } from './world.ts';

/** How long a registry's password is valid, s: ECR's reference. */
const PASSWORD_SECONDS = 12 * 60 * 60;
/** 2026-01-01, in seconds since the epoch. */
const CREATED_AT = 1_767_225_600;
/** Size that ECR wants parts of a layer in. */
const PART_BYTES = 10_485_760;

/** The Elastic Container Registry: one repository, its password, and what a registry behind it holds. */
export const ecr: Api = {
  protocol: 'json',
  service: 'ecr',
  version: 'AmazonEC2ContainerRegistry_V20150921',
  operations: {
    DescribeRepositories: {
      resource: ({ repositoryNames }, world) =>
        repositoryArn(world, Array.isArray(repositoryNames) ? repositoryNames[0] : '*'),
      answer({ repositoryNames }, stage) {
        for (const name of Array.isArray(repositoryNames) ? repositoryNames : []) there(name, stage);
        const { world, plants } = stage;
        const { name, uri } = world.repository;
        const repository = {
          repositoryArn: repositoryArn(world, name),
          registryId: world.account,
          repositoryName: name,
          repositoryUri: uri,
          createdAt: CREATED_AT,
          imageTagMutability: 'MUTABLE',
          encryptionConfiguration: { encryptionType: 'AES256' },
        };
        return { repositories: plants.has('ecr=absent') ? [] : [repository] };
      },
    },
    DescribeImages: {
      resource: ({ repositoryName }, world) => repositoryArn(world, repositoryName),
      async answer(input, stage) {
        there(input['repositoryName'], stage);
        const imageDetails = await Promise.all(imageIds(input).map((image) => imageDetail(image, stage)));
        return { imageDetails };
      },
    },
    GetAuthorizationToken: {
      resource: () => '*',
      answer(_input, { world, plants }) {
        const { uri, token } = world.repository;
        const password = plants.has('registry=denied') ? randomBytes(24).toString('base64url') : token;
        const expiresAt = Math.floor(Date.now() / 1000) + PASSWORD_SECONDS;
        const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
        return {
          authorizationData: [{ authorizationToken, expiresAt, proxyEndpoint: urlOf(uri.split('/')[0]!) }],
        };
      },
    },
    InitiateLayerUpload: {
      resource: ({ repositoryName }, world) => repositoryArn(world, repositoryName),
      answer({ repositoryName }, stage, { arn }) {
        there(repositoryName, stage);
        if (stage.plants.has('ecr=push-denied'))
          throw denied('json', arn, 'ecr:InitiateLayerUpload', repositoryArn(stage.world, repositoryName));
        return { uploadId: randomUUID(), partSize: PART_BYTES };
      },
    },
  },
};

const images = z.array(z.object({ imageTag: z.string().optional(), imageDigest: z.string().optional() })).min(1);
type ImageId = z.output<typeof images>[number];

/** Images are looked up one by one: there is no list of all. */
function imageIds({ imageIds: given }: Input): ImageId[] {
  const parsed = images.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new AwsError('InvalidParameterException', "Invalid parameter at 'imageIds': expected the ids of images");
}

async function imageDetail({ imageTag, imageDigest }: ImageId, { world, registryUrl }: Stage): Promise<object> {
  const { account, repository } = world;
  const reference = imageDigest ?? imageTag ?? '';
  const found = registryUrl === undefined ? undefined : await manifestOf(registryUrl, repository, reference);
  if (!found)
    throw new AwsError(
      'ImageNotFoundException',
      `The image with imageId {imageDigest:'${imageDigest ?? null}', imageTag:'${imageTag ?? null}'} does not exist within the repository with name '${repository.name}' in the registry with id '${account}'`,
    );
  return {
    registryId: account,
    repositoryName: repository.name,
    imageDigest: found.digest,
    imageManifestMediaType: found.mediaType,
    ...(imageTag === undefined ? {} : { imageTags: [imageTag] }),
  };
}

function there(name: unknown, { world, plants }: Stage): void {
  if (name === world.repository.name && !plants.has('ecr=absent')) return;
  throw new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${world.account}'`,
  );
}

function repositoryArn(world: World, name: unknown): string {
  return arnOf('ecr', world, `repository/${name}`);
}

/** A registry of the loopback has no TLS, and Docker asks none of it. */
function urlOf(registry: string): string {
  return `${/^(localhost|127\.)/.test(registry) ? 'http' : 'https'}://${registry}`;
}
