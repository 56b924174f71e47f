import { GenericContainer, Wait } from 'testcontainers';
import { until } from '../../core/condition.ts';
import { healthOf } from '../../edge/ask-admin.ts';
import { addressOf, killContainer, startContainer } from '../../tools/containers.ts';
import { dockerHost } from '../../tools/docker-host.ts';
import { freePort } from '../../tools/free-port.ts';
import type { EdgeProcess } from '../kube/edge-domain.ts';
import { CREDENTIALS } from '../kube/local-domain.ts';
import { ENGINE_PORT } from './engine-container.ts';
import { startIn } from './stack-containers.ts';

export const EDGE_PORT = 9200;
export const EDGE_TLS_PORT = 9443;
export const EDGE_ADMIN_PORT = 9201;

/** Longest wait for a new edge to answer, ms: it takes half a second to start. */
const ANSWERS_WITHIN_MS = 30_000;

/** Where an edge listens: for pods by its address on the network, for us by its admin port. */
export interface EdgeAddress {
  container: string;
  ip: string;
  adminUrl: string;
}

/** Starts an edge in front of a stack's engine. */
export async function startEdge(network: string, role: string, image: string, permanent: boolean): Promise<void> {
  const box = new GenericContainer(image)
    .withCommand([
      ...['--port', String(EDGE_PORT), '--admin-port', String(EDGE_ADMIN_PORT)],
      ...['--tls-port', String(EDGE_TLS_PORT)],
      ...['--backend', `http://${network}-engine:${ENGINE_PORT}`],
      ...['--access-key', CREDENTIALS.accessKeyId, '--secret-key', CREDENTIALS.secretAccessKey],
    ])
    // As with the engine: what is printed to look at it with must hold after the edge was killed and started.
    .withExposedPorts(EDGE_PORT, { container: EDGE_ADMIN_PORT, host: await freePort() })
    .withWaitStrategy(Wait.forHttp('/healthz', EDGE_ADMIN_PORT, { abortOnContainerExit: true }).forStatusCode(200));
  await startIn(network, role, box, permanent);
}

/** Where an edge that runs listens now. */
export async function locateEdge(container: string, network: string): Promise<EdgeAddress> {
  const { ip, ports } = await addressOf(container, network);
  return { container, ip, adminUrl: `http://${await dockerHost()}:${ports[String(EDGE_ADMIN_PORT)]}` };
}

/**
 * An edge in its container. `locate` says where it is after a start, which Docker may have changed; `moved` is told before the edge counts as up, so
 * that pods find it.
 */
export function edgeContainer(
  container: string,
  locate: () => Promise<EdgeAddress>,
  moved: (address: EdgeAddress) => Promise<void>,
): EdgeProcess {
  return {
    kill: async () => `exit code ${await killContainer(container)}`,
    async start() {
      await startContainer(container);
      const address = await locate();
      await moved(address);
      await answers(address.adminUrl);
      return address.adminUrl;
    },
  };
}

async function answers(adminUrl: string): Promise<void> {
  const look = async () => {
    const seen = await healthOf(adminUrl);
    return seen === 200 ? { met: true as const, value: undefined } : { met: false as const, saw: String(seen) };
  };
  await until({ name: 'the edge to answer after its start', look }, { withinMs: ANSWERS_WITHIN_MS });
}
