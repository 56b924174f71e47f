import type { V1Secret } from '@kubernetes/client-node';
import { GenericContainer, Wait } from 'testcontainers';
import type { Cluster } from '../targets/kube/cluster.ts';
import type { World } from './world.ts';

export const APIS = { port: 4566, admin: 4567 };
export const REGISTRY_PORT = 5000;

/** The registry, with a port of the loopback: Docker pushes to those without TLS. */
export function registryBox(image: string, port: number, { repository }: World): GenericContainer {
  return new GenericContainer(image)
    .withEnvironment({ REGISTRY_TOKEN: repository.token })
    .withExposedPorts({ container: REGISTRY_PORT, host: port })
    .withWaitStrategy(Wait.forHttp('/v2/', REGISTRY_PORT, { abortOnContainerExit: true }).forStatusCode(401));
}

/** AWS's APIs. */
export function apisBox(image: string, network: string, world: World): GenericContainer {
  return new GenericContainer(image)
    .withCommand([
      '--edge-admin',
      `http://${network}-edge:9201`,
      '--registry',
      `http://${network}-registry:${REGISTRY_PORT}`,
    ])
    .withCopyContentToContainer([{ content: JSON.stringify(world), target: '/world.json', mode: 0o644 }])
    .withExposedPorts(APIS.port, APIS.admin)
    .withWaitStrategy(Wait.forHttp('/healthz', APIS.admin, { abortOnContainerExit: true }).forStatusCode(200));
}

/** The Secret that pods' keys are read from. */
export async function makeSecret(cluster: Cluster, secret: string, { keys: [key] }: World): Promise<void> {
  const [namespace, name] = secret.split('/') as [string, string];
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const stringData = { AWS_ACCESS_KEY: key!.accessKeyId, AWS_ACCESS_SECRET: key!.secretAccessKey };
  await cluster.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, stringData } as V1Secret);
}
