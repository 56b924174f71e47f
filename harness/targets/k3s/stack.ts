import { K3sContainer } from '@testcontainers/k3s';
import { type GenericContainer, getContainerRuntimeClient } from 'testcontainers';
import { EnvironmentError, UsageError } from '../../core/trouble.ts';
import { removeStack } from '../../tools/belongings.ts';
import { addressOf, execIn } from '../../tools/containers.ts';
import { dockerHost } from '../../tools/docker-host.ts';
import { OWNER_LABEL, removeContainers } from '../../tools/ours.ts';
import { startReaper } from '../../tools/reaper.ts';
import { carryImages } from './carry-images.ts';
import { EDGE_ADMIN_PORT, startEdge } from './edge-container.ts';
import { ENGINE_PORT, type EngineName, startEngine } from './engine-container.ts';
import { killStack, labelsOf, runningIn, startIn } from './stack-containers.ts';

export interface StackOptions {
  run: string;
  engine: EngineName;
  /** `ryuk`: of the reaper, where the stack goes with its process; none where it stays. */
  images: { k3s: string; engine: string; ryuk?: string; edge: Promise<string>; pods: Promise<string[]> };
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
  // The reaper first: a run that is killed before it has one is removed by the next run alone.
  await Promise.all([
    images.ryuk ? startReaper(images.ryuk) : undefined,
    container.dockerode.createNetwork({ Name: name, Labels: await labelsOf(name, permanent) }),
  ]);
  const killNow = () => void killStack(name).catch(() => {});
  if (!permanent) signal.addEventListener('abort', killNow);
  const cluster: GenericContainer = new K3sContainer(images.k3s);
  const preload = images.pods.then((pods) => carryImages(pods, `${name}-k3s`, options));
  const work = [
    startIn(name, 'k3s', cluster, permanent),
    startEngine(name, images.engine, permanent),
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
    signal.removeEventListener('abort', killNow);
  }
  signal.throwIfAborted();
  return describeStack(name, await images.edge, permanent, false);
}

/** A stack that is up and was started from the images asked for; an edge from older sources is replaced. */
async function findStack(name: string, { images, say, signal }: StackOptions): Promise<Stack | undefined> {
  const ours = await runningIn(name);
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
  const ours = await runningIn(name);
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

/** Waits for all, also when one fails, so that nothing starts behind our back; then throws the first failure. */
async function settled(work: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
