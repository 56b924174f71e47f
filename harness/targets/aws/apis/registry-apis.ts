import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  InitiateLayerUploadCommand,
} from '@aws-sdk/client-ecr';
import { asked, type ClientSettings, given, ifThere, PATIENCE } from './asking.ts';

export interface RegistryApis {
  /** `uri`: registry and name, as `docker push` takes it; undefined: no repository of that name. */
  repository(name: string): Promise<{ uri: string } | undefined>;
  /** Digest of an image, `sha256:…`; undefined: no image with that tag. */
  hasImage(repository: string, tag: string): Promise<string | undefined>;
  /** For `docker login`: `registry` is a host, with its port where it has one. */
  registryLogin(): Promise<{ user: string; password: string; registry: string }>;
  /** Whether the registry itself takes that password. */
  registryLetsIn(): Promise<boolean>;
  /** Asks for the upload of a layer, which is never made; throws where one may not push. */
  mayPush(repository: string): Promise<void>;
}

export const REGISTRY_ACTIONS = {
  repository: ['ecr:DescribeRepositories'],
  hasImage: ['ecr:DescribeImages'],
  registryLogin: ['ecr:GetAuthorizationToken'],
  registryLetsIn: ['ecr:GetAuthorizationToken'],
  mayPush: ['ecr:InitiateLayerUpload'],
} as const satisfies Record<keyof RegistryApis, readonly string[]>;

export function registryApis(settings: ClientSettings): RegistryApis & Disposable {
  const ecr = new ECRClient(settings);
  return {
    repository: async (name) => {
      const command = new DescribeRepositoriesCommand({ repositoryNames: [name] });
      const answer = await ifThere('ecr:DescribeRepositories', () => ecr.send(command));
      return answer && { uri: given(answer.repositories?.[0]?.repositoryUri, 'URI of the repository') };
    },
    hasImage: async (repositoryName, imageTag) => {
      const command = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] });
      const answer = await ifThere('ecr:DescribeImages', () => ecr.send(command));
      return answer?.imageDetails?.[0]?.imageDigest;
    },
    registryLogin: async () => {
      const { token, url } = await authorization(ecr);
      const plain = Buffer.from(token, 'base64').toString();
      const colon = plain.indexOf(':');
      return { user: plain.slice(0, colon), password: plain.slice(colon + 1), registry: url.host };
    },
    registryLetsIn: async () => {
      const { token, url } = await authorization(ecr);
      const headers = { authorization: `Basic ${token}` };
      const ask = () => fetch(new URL('/v2/', url), { headers, signal: AbortSignal.timeout(PATIENCE.requestTimeout) });
      return (await asked('docker login', ask)).status === 200;
    },
    mayPush: async (repositoryName) => {
      await asked('ecr:InitiateLayerUpload', () => ecr.send(new InitiateLayerUploadCommand({ repositoryName })));
    },
    [Symbol.dispose]: () => ecr.destroy(),
  };
}

async function authorization(ecr: ECRClient): Promise<{ token: string; url: URL }> {
  const ask = () => ecr.send(new GetAuthorizationTokenCommand({}));
  const [data] = (await asked('ecr:GetAuthorizationToken', ask)).authorizationData ?? [];
  const url = new URL(given(data?.proxyEndpoint, 'host of the registry'));
  return { token: given(data?.authorizationToken, 'token of the registry'), url };
}
