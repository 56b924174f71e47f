import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { K3sContainer } from '@testcontainers/k3s';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { until } from '../../core/condition.ts';
import { EnvironmentError, UsageError } from '../../core/trouble.ts';
import {
  addressOf,
  execIn,
  importImages,
  LABEL,
  OWNER_LABEL,
  ourContainers,
  removeContainers,
  removeNetworks,
} from '../../tools/docker.ts';
import { ownerOfThis } from '../../tools/owner.ts';
import { run as runCommand } from '../../tools/shell.ts';
import { CREDENTIALS } from '../kube/local-domain.ts';

export type EngineName = 'opensearch' | 'elasticsearch';

export const EDGE_PORT = 9200;
export const EDGE_TLS_PORT = 9443;
const EDGE_ADMIN_PORT = 9201;
const ENGINE_PORT = 9200;

export interface StackOptions {
  run: string;
  engine: EngineName;
  images: { k3s: string; engine: string; edge: Promise<string>; pods: Promise<string[]> };
  /** Leave the containers after the process, and take those that are there. */
  reuse: boolean;
  keep: boolean;
  say(what: string): void;
  signal: AbortSignal;
}

/** Cluster, engine and edge on one Docker network. */
export interface Stack {
  kubeconfig: string;
  clusterContainer: string;
  engineUrl: string;
  containers: Record<'k3s' | 'engine' | 'edge', string>;
  edgeAdminUrl: string;
  edgeImage: string;
  /** Whether it outlives this process. */
  permanent: boolean;
  network: string;
  reused: boolean;
}

/** Starts the three side by side and carries the images into the cluster while they boot; or takes those that are up. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { engine, keep, reuse, signal, images } = options;
  const permanent = keep || reuse;
  const name = permanent ? `efk-kept-${engine}` : `efk-${options.run}`;
  if (permanent) {
    const found = await findStack(name, options);
    if (found) return found;
    await removeStack(name);
  }
  const { container } = await getContainerRuntimeClient();
  await container.dockerode.createNetwork({ Name: name, Labels: await labelsOf(name, permanent) });
  const removeNow = () => void removeStack(name).catch(() => {});
  if (!permanent) signal.addEventListener('abort', removeNow);
  const cluster: GenericContainer = new K3sContainer(images.k3s);
  const engineBox = new GenericContainer(images.engine)
    .withEnvironment(engineEnvironment())
    // A port of ours: one that Docker picks is another one after a restart.
    .withExposedPorts({ container: ENGINE_PORT, host: await freePort() })
    .withWaitStrategy(Wait.forHttp('/_cluster/health', ENGINE_PORT, { abortOnContainerExit: true }).forStatusCode(200))
    .withStartupTimeout(120_000);
  const preload = images.pods.then((pods) => carryImages(pods, `${name}-k3s`, options));
  const work = [
    startIn(name, 'k3s', cluster, permanent),
    startIn(name, 'engine', engineBox, permanent),
    images.edge.then((image) => startEdge(name, 'edge', image, permanent)),
    preload,
  ];
  try {
    await settled(work);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UsageError || error instanceof EnvironmentError) throw error;
    throw new EnvironmentError(`the stack does not come up: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', removeNow);
  }
  signal.throwIfAborted();
  return describeStack(name, await images.edge, permanent, false);
}

async function startEdge(name: string, role: string, image: string, permanent: boolean): Promise<void> {
  const box = new GenericContainer(image)
    .withCommand([
      ...['--port', String(EDGE_PORT), '--admin-port', String(EDGE_ADMIN_PORT)],
      ...['--tls-port', String(EDGE_TLS_PORT)],
      ...['--backend', `http://${name}-engine:${ENGINE_PORT}`],
      ...['--access-key', CREDENTIALS.accessKeyId, '--secret-key', CREDENTIALS.secretAccessKey],
    ])
    // As with the engine: what is printed to look at it with must hold after the edge was killed and started.
    .withExposedPorts(EDGE_PORT, { container: EDGE_ADMIN_PORT, host: await freePort() })
    .withWaitStrategy(Wait.forHttp('/healthz', EDGE_ADMIN_PORT, { abortOnContainerExit: true }).forStatusCode(200));
  await startIn(name, role, box, permanent);
}

/** Where an edge listens: for pods by its address on the network, for us by its admin port. */
export interface EdgeAddress {
  container: string;
  ip: string;
  adminUrl: string;
}

/** The edge of lane `lane`, from 0; the first came with the stack, each other is started when it is first asked for. */
export async function edgeOfLane({ network, edgeImage, permanent }: Stack, lane: number): Promise<EdgeAddress> {
  const role = lane === 0 ? 'edge' : `edge-${lane + 1}`;
  const container = `${network}-${role}`;
  const ours = await ourContainers();
  if (!ours.some(({ name, image, state }) => name === container && image === edgeImage && state === 'running')) {
    await removeContainers(ours.filter(({ name }) => name === container).map(({ id }) => id));
    await startEdge(network, role, edgeImage, permanent);
  }
  return locateEdge(container, network);
}

/** Where an edge that runs listens now. */
export async function locateEdge(container: string, network: string): Promise<EdgeAddress> {
  const { ip, ports } = await addressOf(container, network);
  return { container, ip, adminUrl: `http://${await dockerHost()}:${ports[String(EDGE_ADMIN_PORT)]}` };
}

async function startIn(network: string, role: string, box: GenericContainer, permanent: boolean): Promise<void> {
  await box
    .withName(`${network}-${role}`)
    .withNetworkMode(network)
    .withLabels({ ...(await labelsOf(network, permanent)), [`${LABEL}.role`]: role })
    .withAutoCleanup(!permanent)
    .start();
}

/** What outlives its process has no owner: nobody may take it for left over. */
async function labelsOf(stack: string, permanent: boolean): Promise<Record<string, string>> {
  return { [LABEL]: stack, ...(permanent ? {} : { [OWNER_LABEL]: await ownerOfThis() }) };
}

/** Takes everything down that a stack of this name has. */
export async function removeStack(name: string): Promise<void> {
  const ours = (await ourContainers()).filter(({ labels }) => labels[LABEL] === name);
  await removeContainers(ours.map(({ id }) => id));
  await removeNetworks([name]).catch(() => {});
}

/** A stack that is up and was started from the images asked for; an edge from older sources is replaced. */
async function findStack(name: string, { images, say, signal }: StackOptions): Promise<Stack | undefined> {
  const ours = (await ourContainers()).filter(({ labels, state }) => labels[LABEL] === name && state === 'running');
  const runs = (role: string, image: string) =>
    ours.some((one) => one.name === `${name}-${role}` && one.image === image);
  if (!runs('k3s', images.k3s) || !runs('engine', images.engine)) return undefined;
  say('taking the stack that is up');
  const edge = await images.edge;
  if (!runs('edge', edge)) {
    await removeContainers(ours.filter((one) => one.name === `${name}-edge`).map(({ id }) => id));
    await startEdge(name, 'edge', edge, true);
  }
  await carryImages(await images.pods, `${name}-k3s`, { say, signal });
  return describeStack(name, edge, true, true);
}

/** The stack of this name that runs: a cluster, an engine and an edge; undefined where one of them is away. */
export async function stackThatRuns(name: string): Promise<Stack | undefined> {
  const ours = (await ourContainers()).filter(({ labels, state }) => labels[LABEL] === name && state === 'running');
  const of = (role: string) => ours.find((one) => one.name === `${name}-${role}`);
  const [k3s, engine, edge] = [of('k3s'), of('engine'), of('edge')];
  if (!k3s || !engine || !edge) return undefined;
  return describeStack(name, edge.image, edge.labels[OWNER_LABEL] === undefined, true);
}

async function describeStack(name: string, edgeImage: string, permanent: boolean, reused: boolean): Promise<Stack> {
  const [k3s, engine, edge] = await Promise.all(
    ['k3s', 'engine', 'edge'].map((role) => addressOf(`${name}-${role}`, name)),
  );
  const host = await dockerHost();
  const kubeconfig = await execIn(`${name}-k3s`, ['cat', '/etc/rancher/k3s/k3s.yaml']);
  return {
    kubeconfig: kubeconfig.replace(/server:\s*\S+/, `server: https://${host}:${k3s!.ports['6443']}`),
    clusterContainer: `${name}-k3s`,
    engineUrl: `http://${host}:${engine!.ports[String(ENGINE_PORT)]}`,
    edgeAdminUrl: `http://${host}:${edge!.ports[String(EDGE_ADMIN_PORT)]}`,
    containers: { k3s: `${name}-k3s`, engine: `${name}-engine`, edge: `${name}-edge` },
    network: name,
    edgeImage,
    permanent,
    reused,
  };
}

/** Carries images into the cluster as soon as its containerd answers; those that are in it already are left out. */
export async function carryImages(
  pods: string[],
  container: string,
  { say, signal }: Pick<StackOptions, 'say' | 'signal'>,
): Promise<void> {
  const present = await until(
    {
      name: `containerd in ${container} to answer`,
      look: async () => {
        try {
          return { met: true, value: await execIn(container, ['ctr', '-n', 'k8s.io', 'images', 'ls', '-q']) };
        } catch (error) {
          return { met: false, saw: error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error) };
        }
      },
    },
    { withinMs: 90_000, everyMs: 300, signal },
  );
  const missing = pods.filter((image) => !present.includes(image));
  if (missing.length === 0) return;
  say('carrying the images into the cluster');
  await importImages(missing, container, signal);
}

/** Both engines: one node, no security, and a JVM that starts fast rather than runs long. */
function engineEnvironment(): Record<string, string> {
  const java = '-Xms768m -Xmx768m -XX:-UseG1GC -XX:+UseSerialGC -XX:TieredStopAtLevel=1';
  return {
    'discovery.type': 'single-node',
    DISABLE_SECURITY_PLUGIN: 'true',
    DISABLE_INSTALL_DEMO_CONFIG: 'true',
    OPENSEARCH_JAVA_OPTS: java,
    ES_JAVA_OPTS: java,
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function dockerHost(): Promise<string> {
  const { info } = await getContainerRuntimeClient();
  return info.containerRuntime.host;
}

/** Waits for all, also when one fails, so that nothing starts behind our back; then throws the first failure. */
async function settled(work: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

/** What a container printed last, for when it died. */
export async function lastWords(container: string, lines = 20): Promise<string> {
  return runCommand(['docker', 'logs', '--tail', String(lines), container]).catch((error) => String(error.message));
}
