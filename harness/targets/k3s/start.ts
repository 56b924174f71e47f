import { once } from '../../core/once.ts';
import type { Surroundings } from '../../core/target.ts';
import { SearchEngineSink } from '../../sinks/search-engine.ts';
import { dockerVersion } from '../../tools/docker.ts';
import { obtainImage } from '../../tools/images.ts';
import { removeLeftOvers } from '../../tools/left-overs.ts';
import { ownerOfThis } from '../../tools/owner.ts';
import { fargatePolicy } from '../kube/admission.ts';
import { Cluster } from '../kube/cluster.ts';
import { claimCluster } from '../kube/cluster-claim.ts';
import { dnsOf } from '../kube/dns.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import { hasQueue } from '../kube/topology.ts';
import { blueprintsOf } from './blueprints.ts';
import { carryImages } from './carry-images.ts';
import type { EngineName } from './engine-container.ts';
import { K3sTarget } from './k3s-target.ts';
import { buildOwnImages, withDigests } from './own-images.ts';
import { startStack } from './stack.ts';

export interface K3sOptions {
  run: string;
  root: string;
  pipeline: PipelineSource;
  engine: EngineName;
  images: { k3s: string; opensearch: string; elasticsearch: string; redis: string; ryuk?: string };
  keep: boolean;
  reuse: boolean;
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
  signal: AbortSignal;
}

/** Builds, renders, starts. Bad pipelines are refused before anything runs. */
export async function startK3s(options: K3sOptions): Promise<K3sTarget> {
  const { root, pipeline, engine, run, keep, reuse, say, remark, signal } = options;
  await dockerVersion();
  await removeLeftOvers(remark);
  const images = { k3s: options.images.k3s, engine: options.images[engine] };
  const ryuk = options.images.ryuk && !keep && !reuse ? { ryuk: options.images.ryuk } : {};
  const present = (image: string) => obtainImage(image, { say, signal });
  say('reading the manifests');
  const clusterImage = async () => {
    await present(images.k3s);
    return images.k3s;
  };
  const blueprint = blueprintsOf({ root, pipeline, clusterImage, remark });
  const own = await blueprint(pipeline.topology);
  say('looking for images');
  const queue = hasQueue(own.parts) ? { queue: options.images.redis } : {};
  for (const image of Object.values({ ...images, ...ryuk, ...queue })) await present(image);
  const built = buildOwnImages({ root, pipeline, present, say, signal }, own.anatomy.fluentd);
  const { edge } = built;
  const pods = built.pods.then((podImages) => Object.values({ ...podImages, ...queue }));
  pods.catch(() => {});
  say(`starting ${engine}, Kubernetes and the edge`);
  const stack = await startStack({
    ...{ run, engine, keep, reuse, say, signal },
    images: { ...images, ...ryuk, edge, pods },
  });
  const podImages = await built.pods;
  const cluster = new Cluster(stack.kubeconfig);
  for (const object of fargatePolicy(root)) await cluster.apply(object);
  const release = stack.permanent ? await claimCluster(cluster, await ownerOfThis(), remark) : async () => {};
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
  return new K3sTarget({
    ...{ pipeline, stack, cluster, sink, blueprint, own, carry, surroundings, release, remark, signal },
    images: { ...podImages, queue: options.images.redis },
    resolves: dnsOf(cluster),
  });
}
