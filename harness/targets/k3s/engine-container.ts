import { GenericContainer, Wait } from 'testcontainers';
import { freePort } from '../../tools/free-port.ts';
import { startIn } from './stack-containers.ts';

export type EngineName = 'opensearch' | 'elasticsearch';

export const ENGINE_PORT = 9200;

/** Starts a stack's search engine. */
export async function startEngine(network: string, image: string, permanent: boolean): Promise<void> {
  const box = new GenericContainer(image)
    .withEnvironment(engineEnvironment(STARTS_FAST))
    // A port of ours: one that Docker picks is another one after a restart.
    .withExposedPorts({ container: ENGINE_PORT, host: await freePort() })
    .withWaitStrategy(Wait.forHttp('/_cluster/health', ENGINE_PORT, { abortOnContainerExit: true }).forStatusCode(200))
    .withStartupTimeout(120_000);
  await startIn(network, 'engine', box, permanent);
}

/** A JVM that starts fast rather than runs long. */
const STARTS_FAST = '-Xms768m -Xmx768m -XX:-UseG1GC -XX:+UseSerialGC -XX:TieredStopAtLevel=1';

/** Both engines: one node, no security; `java`: the options of its JVM. */
export function engineEnvironment(java: string): Record<string, string> {
  return {
    'discovery.type': 'single-node',
    DISABLE_SECURITY_PLUGIN: 'true',
    DISABLE_INSTALL_DEMO_CONFIG: 'true',
    OPENSEARCH_JAVA_OPTS: java,
    ES_JAVA_OPTS: java,
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
  };
}
