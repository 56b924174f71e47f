import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject, V1Container } from '@kubernetes/client-node';
import type { Load } from '../../core/scenario.ts';
import type { Deployment, DomainControl, Signal, Surroundings, Target } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import { SearchEngineSink } from '../../sinks/search-engine.ts';
import { dockerVersion, ensureImage, execIn, imageId, ourContainers } from '../../tools/docker.ts';
import { anatomyOf } from '../kube/anatomy.ts';
import { Cluster } from '../kube/cluster.ts';
import { emitterArgs } from '../kube/emitter-args.ts';
import { KubeDeployment } from '../kube/kube-deployment.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import { domainService, prepare } from '../kube/prepare.ts';
import { flushIntervalOf, withEndpoint } from '../kube/td-agent-conf.ts';
import { EdgeDomain } from './edge-domain.ts';
import { ensureBuilt, fluentdRecipe, ownRecipes } from './images.ts';
import { renderManifests } from './render.ts';
import { CREDENTIALS, EDGE_PORT, type EngineName, lastWords, removeStack, type Stack, startStack } from './stack.ts';

export interface K3sOptions {
  run: string;
  root: string;
  pipeline: PipelineSource;
  engine: EngineName;
  images: { k3s: string; opensearch: string; elasticsearch: string };
  keep: boolean;
  reuse: boolean;
  say(what: string): void;
  signal: AbortSignal;
}

interface PodImages {
  emitter: string;
  fluentd: string;
}

/** The name that pods know the domain by. */
const DOMAIN = { host: 'domain', port: 9200 };

/** Cluster, engine and edge as containers of this machine. */
export class K3sTarget implements Target {
  readonly sink: SearchEngineSink;
  readonly domain: DomainControl;
  readonly surroundings: Surroundings;
  readonly flushIntervalMs: number;
  readonly stack: Stack;
  readonly #cluster: Cluster;
  readonly #manifests: KubernetesObject[];
  readonly #images: PodImages;
  readonly #options: K3sOptions;

  private constructor(
    options: K3sOptions,
    stack: Stack,
    manifests: KubernetesObject[],
    images: PodImages,
    surroundings: Surroundings,
  ) {
    this.#options = options;
    this.stack = stack;
    this.#cluster = new Cluster(stack.kubeconfig);
    this.#manifests = manifests;
    this.#images = images;
    this.sink = new SearchEngineSink(stack.engineUrl);
    this.domain = new EdgeDomain(stack.edgeAdminUrl);
    this.surroundings = surroundings;
    const { configMap, configKey } = anatomyOf(manifests);
    this.flushIntervalMs = flushIntervalOf(configMap.data![configKey]!);
  }

  /** Builds, renders, starts. Bad pipelines are refused before anything runs. */
  static async start(options: K3sOptions): Promise<K3sTarget> {
    const { root, pipeline, engine, run, keep, reuse, say, signal } = options;
    await dockerVersion();
    const images = { k3s: options.images.k3s, engine: options.images[engine] };
    const present = (image: string) =>
      ensureImage(image, { signal, onLine: (line) => say(`pulling ${image}: ${line.slice(0, 60)}`) });
    say('reading the manifests');
    const manifests = await renderManifests(pipeline, join(root, '.cache', 'rendered'), async () => {
      await present(images.k3s);
      return images.k3s;
    });
    const { configMap, configKey, fluentd } = anatomyOf(manifests);
    withEndpoint(configMap.data![configKey]!, DOMAIN);
    say('looking for images');
    for (const image of Object.values(images)) await present(image);
    const recipes = ownRecipes(root);
    const edge = ensureBuilt(recipes.edge, say, signal);
    const built = edge.then(async () => ({
      emitter: await ensureBuilt(recipes.emitter, say, signal),
      fluentd: pipeline.imageContext
        ? await ensureBuilt(fluentdRecipe(pipeline.name, pipeline.imageContext), say, signal)
        : await ownImage(fluentd, present),
    }));
    built.catch(() => {});
    const pods = built.then((images) => Object.values(images));
    pods.catch(() => {});
    say(`starting ${engine}, Kubernetes and the edge`);
    const stack = await startStack({ run, engine, keep, reuse, say, signal, images: { ...images, edge, pods } });
    const podImages = await built;
    const sink = new SearchEngineSink(stack.engineUrl);
    const surroundings: Surroundings = {
      target: 'k3s',
      engine: await sink.describe(),
      kubernetes: await new Cluster(stack.kubeconfig).version(),
      images: await withDigests({ ...images, edge: await edge, ...podImages }),
    };
    await sink.close();
    return new K3sTarget(options, stack, manifests, podImages, surroundings);
  }

  async deploy(run: string, load: Load, parameters: Record<string, string>): Promise<Deployment> {
    const { signal } = this.#options;
    const { logFile, namespace } = anatomyOf(this.#manifests);
    await this.sink.clear();
    const prepared = prepare(this.#manifests, {
      run,
      emitterImage: this.#images.emitter,
      emitterArgs: emitterArgs(run, logFile, load),
      fluentdImage: this.#images.fluentd,
      endpoint: DOMAIN,
      credentials: CREDENTIALS,
      parameters,
    });
    const door = { signal: (id: string, name: Signal) => this.#signalContainer(id, name) };
    const deployment = new KubeDeployment(run, this.#cluster, door, prepared, signal);
    try {
      await deployment.apply(domainService(namespace, run, DOMAIN, this.stack.edgeIp, EDGE_PORT));
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
    writeFileSync(join(logs, 'edge.json'), JSON.stringify((await this.domain.counters()).raw, undefined, 2));
    writeFileSync(join(logs, 'edge.log'), await lastWords(this.stack.containers.edge, 500));
  }

  async close(): Promise<void> {
    await this.sink.close();
    if (!this.#options.keep && !this.#options.reuse) await removeStack(this.stack.network);
  }

  async #dead(): Promise<string[]> {
    const states = await ourContainers();
    return Object.values(this.stack.containers).filter(
      (name) => !states.some((one) => one.name === name && one.state === 'running'),
    );
  }

  async #signalContainer(id: string, signal: Signal): Promise<void> {
    await execIn(this.stack.clusterContainer, ['ctr', '-n', 'k8s.io', 'tasks', 'kill', '-s', signal, id]);
  }
}

async function withDigests(images: Record<string, string>): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.entries(images).map(
      async ([role, image]) => [role, `${image} (${(await imageId(image))?.slice(0, 19)})`] as const,
    ),
  );
  return Object.fromEntries(entries);
}

/** The image that a manifest names itself: taken from this machine or pulled to it, as the cluster has no credentials for a registry. */
async function ownImage({ name, image }: V1Container, present: (image: string) => Promise<void>): Promise<string> {
  if (!image) throw new UsageError(`container ${name} names no image, and the pipeline folder has no Dockerfile`);
  await present(image);
  return image;
}
