import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject, V1Container } from '@kubernetes/client-node';
import { once } from '../../core/once.ts';
import type {
  Capability,
  Deployment,
  EngineControl,
  Setup,
  Signal,
  Surroundings,
  Target,
  TopologyName,
} from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import { CERTIFICATE } from '../../edge/tls.ts';
import { SearchEngineSink } from '../../sinks/search-engine.ts';
import { dockerVersion, ensureImage, execIn, imageId, ourContainers } from '../../tools/docker.ts';
import { removeLeftOvers } from '../../tools/left-overs.ts';
import { ownerOfThis } from '../../tools/owner.ts';
import { fargatePolicy } from '../kube/admission.ts';
import { type Blueprint, blueprintOf } from '../kube/blueprint.ts';
import { Cluster } from '../kube/cluster.ts';
import { claimCluster } from '../kube/cluster-claim.ts';
import { domainService } from '../kube/domain-service.ts';
import { emitterArgs } from '../kube/emitter-args.ts';
import { fargateRemarks } from '../kube/fargate-remarks.ts';
import { KubeDeployment, type NodeDoor } from '../kube/kube-deployment.ts';
import { limitsOf } from '../kube/limits.ts';
import { CREDENTIALS, DOMAIN } from '../kube/local-domain.ts';
import { type PipelineSource, readVariant, withTopology } from '../kube/pipeline.ts';
import { prepare } from '../kube/prepare.ts';
import type { Part } from '../kube/topology.ts';
import { ContainedEngine } from './contained-engine.ts';
import { edgeContainer } from './edge-container.ts';
import { ensureBuilt, fluentdRecipe, ownRecipes } from './images.ts';
import { LANES, type Lane, Lanes } from './lanes.ts';
import { renderManifests } from './render.ts';
import {
  carryImages,
  EDGE_PORT,
  EDGE_TLS_PORT,
  type EdgeAddress,
  type EngineName,
  lastWords,
  locateEdge,
  removeStack,
  type Stack,
  startStack,
} from './stack.ts';

export interface K3sOptions {
  run: string;
  root: string;
  pipeline: PipelineSource;
  engine: EngineName;
  images: { k3s: string; opensearch: string; elasticsearch: string; redis: string };
  keep: boolean;
  reuse: boolean;
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
  signal: AbortSignal;
}

interface PodImages {
  emitter: string;
  fluentd: string;
}

/** All that stands once the target is up. */
interface Standing {
  options: K3sOptions;
  stack: Stack;
  cluster: Cluster;
  sink: SearchEngineSink;
  images: PodImages;
  /** The pipeline in a topology, rendered at its first use. */
  blueprint: (topology: TopologyName) => Promise<Blueprint>;
  /** Carries an image into the cluster, unless it is there. */
  carry: (image: string) => Promise<void>;
  surroundings: Surroundings;
  /** Gives the cluster back to the next run, where it stays up. */
  release: () => Promise<void>;
}

/** Cluster, engine and edge as containers of this machine. */
export class K3sTarget implements Target {
  readonly sink: SearchEngineSink;
  static readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['edge', 'cluster', 'engine']);
  readonly capabilities: ReadonlySet<Capability>;
  readonly engine: EngineControl;
  readonly lanes = LANES;
  readonly surroundings: Surroundings;
  readonly stack: Stack;
  readonly #lanes: Lanes;
  readonly #standing: Standing;
  readonly #own: Blueprint;
  #clearing: Promise<void> | undefined;
  /** Edges that a fault has killed and not yet started again. */
  readonly #away = new Set<string>();
  #hasDns = false;

  private constructor(standing: Standing, own: Blueprint) {
    const { stack, sink, surroundings } = standing;
    this.#standing = standing;
    this.#own = own;
    this.stack = stack;
    this.sink = sink;
    this.engine = new ContainedEngine(stack.containers.engine, stack.engineUrl);
    this.#lanes = new Lanes(stack);
    this.surroundings = surroundings;
    this.capabilities = new Set([...K3sTarget.capabilities, ...own.parts.map(({ role }) => role)]);
  }

  /** Builds, renders, starts. Bad pipelines are refused before anything runs. */
  static async start(options: K3sOptions): Promise<K3sTarget> {
    const { root, pipeline, engine, run, keep, reuse, say, signal } = options;
    await dockerVersion();
    await removeLeftOvers(options.remark);
    const images = { k3s: options.images.k3s, engine: options.images[engine] };
    const present = (image: string) =>
      ensureImage(image, { signal, onLine: (line) => say(`pulling ${image}: ${line.slice(0, 60)}`) });
    say('reading the manifests');
    const clusterImage = async () => {
      await present(images.k3s);
      return images.k3s;
    };
    const blueprint = once(async (topology: TopologyName) => {
      const manifests = await renderManifests(
        withTopology(pipeline, topology),
        join(root, '.cache', 'rendered'),
        clusterImage,
      );
      const rendered = blueprintOf(manifests);
      for (const line of fargateRemarks(rendered)) options.remark(line);
      return rendered;
    });
    const own = await blueprint(pipeline.topology);
    say('looking for images');
    const queue = hasQueue(own.parts) ? { queue: options.images.redis } : {};
    for (const image of Object.values({ ...images, ...queue })) await present(image);
    const recipes = ownRecipes(root);
    const edge = ensureBuilt(recipes.edge, say, signal);
    const built = edge.then(async () => ({
      emitter: await ensureBuilt(recipes.emitter, say, signal),
      fluentd: pipeline.imageContext
        ? await ensureBuilt(fluentdRecipe(pipeline.name, pipeline.imageContext), say, signal)
        : await ownImage(own.anatomy.fluentd, present),
    }));
    built.catch(() => {});
    const pods = built.then((images) => Object.values({ ...images, ...queue }));
    pods.catch(() => {});
    say(`starting ${engine}, Kubernetes and the edge`);
    const stack = await startStack({ run, engine, keep, reuse, say, signal, images: { ...images, edge, pods } });
    const podImages = await built;
    const cluster = new Cluster(stack.kubeconfig);
    for (const object of fargatePolicy(root)) await cluster.apply(object);
    const release = stack.permanent ? await claimCluster(cluster, await ownerOfThis(), options.remark) : async () => {};
    const sink = new SearchEngineSink(stack.engineUrl);
    const surroundings: Surroundings = {
      target: 'k3s',
      topology: pipeline.topology,
      engine: await sink.describe(),
      kubernetes: await cluster.version(),
      images: await withDigests({ ...images, edge: await edge, ...podImages, ...queue }),
    };
    const carry = once(async (image: string) => {
      await present(image);
      await carryImages([image], stack.clusterContainer, { say, signal });
    });
    const standing = { options, stack, cluster, sink, images: podImages, blueprint, carry, surroundings, release };
    return new K3sTarget(standing, own);
  }

  limits(parameters: Record<string, string>): { fluentdCores?: number; bufferBytes?: number } {
    return limitsOf(this.#own, parameters);
  }

  async deploy(run: string, setup: Setup): Promise<Deployment> {
    const { blueprint, options } = this.#standing;
    const wanted = await blueprint(setup.topology ?? options.pipeline.topology);
    if (hasQueue(wanted.parts)) await this.#carryQueue();
    if (setup.application !== undefined) await this.#standing.carry(setup.application);
    if (this.#lanes.idle) await this.#clear();
    const lane = await this.#lanes.take();
    try {
      return await this.#deployIn(lane, wanted, run, setup);
    } catch (error) {
      this.#lanes.giveBack(lane);
      throw error;
    }
  }

  /** Once for all that ask meanwhile: the first scenarios of a run are deployed at the same time. */
  #clear(): Promise<void> {
    this.#clearing ??= this.sink.clear().finally(() => {
      this.#clearing = undefined;
    });
    return this.#clearing;
  }

  async #carryQueue(): Promise<void> {
    const { carry, options, surroundings } = this.#standing;
    await carry(options.images.redis);
    Object.assign(surroundings.images, await withDigests({ queue: options.images.redis }));
  }

  async #deployIn(lane: Lane, blueprint: Blueprint, run: string, setup: Setup): Promise<Deployment> {
    const { manifests, anatomy, refusedByFargate } = blueprint;
    const { cluster, images, options } = this.#standing;
    const namespace = `${anatomy.namespace}${lane.suffix}`;
    const prepared = prepare(manifests, {
      run,
      namespace,
      emitterImage: images.emitter,
      emitterArgs: emitterArgs(run, anatomy.logFile, setup.load),
      fluentdImage: images.fluentd,
      queueImage: options.images.redis,
      endpoint: setup.tls ? { ...DOMAIN, scheme: 'https' } : DOMAIN,
      ...(setup.tls ? { certificate: CERTIFICATE.cert } : {}),
      credentials: CREDENTIALS,
      setup,
      heldToFargate: refusedByFargate.length === 0,
      variant: setup.variant && readVariant(options.pipeline, setup.variant),
    });
    const edgePort = setup.tls ? EDGE_TLS_PORT : EDGE_PORT;
    const reach = (ip: string) => domainService(namespace, run, DOMAIN, ip, edgePort);
    const door: NodeDoor = {
      signal: (id, name) => this.#signalContainer(id, name),
      resolves: () => this.#resolves(),
      killEdge: (whileAway) => this.#killEdge(lane, run, reach, whileAway),
      closed: () => this.#lanes.giveBack(lane),
    };
    const deployment = new KubeDeployment(run, cluster, door, prepared, lane.domain, options.signal);
    try {
      await deployment.apply(reach(lane.edge.ip));
    } catch (error) {
      await deployment.close().catch(() => {});
      throw error;
    }
    return deployment;
  }

  async explain(error: unknown): Promise<string> {
    const message = error instanceof Error ? error.message : String(error);
    const words = await Promise.all(
      (await this.#dead()).map(
        async (name) => `the container ${name} has ended; its last words:\n${await lastWords(name)}`,
      ),
    );
    return [message, ...words].join('\n');
  }

  /** Whether cluster, engine and edge still run. */
  async alive(): Promise<boolean> {
    return (await this.#dead()).length === 0;
  }

  async collect(folder: string): Promise<void> {
    const logs = join(folder, 'logs');
    mkdirSync(logs, { recursive: true });
    for (const container of this.#lanes.edges)
      writeFileSync(
        join(logs, `${container.slice(this.stack.network.length + 1)}.log`),
        await lastWords(container, 500),
      );
  }

  async close(): Promise<void> {
    await this.sink.close();
    await this.#standing.release();
    if (!this.#standing.options.keep && !this.#standing.options.reuse) await removeStack(this.stack.network);
  }

  async #dead(): Promise<string[]> {
    const states = await ourContainers();
    return [...new Set([...Object.values(this.stack.containers), ...this.#lanes.edges])].filter(
      (name) => !this.#away.has(name) && !states.some((one) => one.name === name && one.state === 'running'),
    );
  }

  /** Kills a lane's edge and starts it again; where Docker gives it another address, pods are told. */
  async #killEdge(
    lane: Lane,
    run: string,
    reach: (ip: string) => KubernetesObject[],
    whileAway: () => Promise<void>,
  ): Promise<string | undefined> {
    const { container } = lane.edge;
    const moved = async (address: EdgeAddress) => {
      if (address.ip !== lane.edge.ip)
        for (const object of reach(address.ip)) await this.#standing.cluster.apply(object);
      lane.edge = address;
    };
    const locate = () => locateEdge(container, this.stack.network);
    return this.#lanes.whileNoneStarts(async () => {
      this.#away.add(container);
      try {
        return await lane.domain.outlive(run, edgeContainer(container, locate, moved), whileAway);
      } finally {
        this.#away.delete(container);
      }
    });
  }

  /** Asked until it is so once. */
  async #resolves(): Promise<boolean> {
    this.#hasDns ||= await this.#standing.cluster.resolves();
    return this.#hasDns;
  }

  async #signalContainer(id: string, signal: Signal): Promise<void> {
    const node = this.stack.clusterContainer;
    const tasks = ['ctr', '-n', 'k8s.io', 'tasks'];
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') {
      await execIn(node, [...tasks, 'kill', '-s', signal, id]);
      return;
    }
    // runc signals the first process only, which may be a shell or tini that fluentd does not stand still with.
    const ids = (await execIn(node, [...tasks, 'ps', id])).match(/^\d+/gm) ?? [];
    await execIn(node, ['sh', '-c', `kill -s ${signal.slice(3)} ${ids.join(' ')}`]);
  }
}

function hasQueue(parts: readonly Part[]): boolean {
  return parts.some(({ role }) => role === 'queue');
}

async function withDigests(images: Record<string, string>): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.entries(images).map(async ([role, image]) => [role, `${image} (${await imageId(image)})`] as const),
  );
  return Object.fromEntries(entries);
}

/** The image that a manifest names itself: taken from this machine or pulled to it, as the cluster has no credentials for a registry. */
async function ownImage({ name, image }: V1Container, present: (image: string) => Promise<void>): Promise<string> {
  if (!image) throw new UsageError(`container ${name} names no image, and the pipeline folder has no Dockerfile`);
  await present(image);
  return image;
}
