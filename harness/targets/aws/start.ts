import { ApiException, type KubernetesObject } from '@kubernetes/client-node';
import { errors } from '@opensearch-project/opensearch';
import { estimateText } from '../../core/fargate-bill.ts';
import { podOf } from '../../core/fargate-lint/objects.ts';
import type { Surroundings } from '../../core/target.ts';
import { EnvironmentError, UsageError } from '../../core/trouble.ts';
import type { SearchEngineSink } from '../../sinks/search-engine.ts';
import { ownerOfThis } from '../../tools/owner.ts';
import { apiMessage } from '../kube/api-errors.ts';
import type { Blueprint } from '../kube/blueprint.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { PipelineSource } from '../kube/pipeline.ts';
import { secretNames } from '../kube/secrets.ts';
import type { AwsAccess } from './access.ts';
import { inAllTopologies } from './all-topologies.ts';
import { AwsTarget } from './aws-target.ts';
import { type BlueprintOf, blueprintsOf } from './blueprints.ts';
import { limitsText, overBudget } from './budget.ts';
import { claimNamespaces, leftOversOf, removeOurs } from './claim.ts';
import { domainSink, inWords } from './domain-client.ts';
import { findContext } from './kube-context.ts';
import { lookFirstOrThrow } from './look-first.ts';
import { LOOK } from './namespaces.ts';
import { pushOwnImages } from './own-images.ts';
import { type AwsWork, planOf } from './plan.ts';
import { podKeys } from './pod-keys.ts';
import { namespacesOf } from './preflight/check.ts';
import { serviceAccountOf } from './service-account.ts';
import type { AwsSettings } from './settings.ts';
import { type MeteredPod, Spending } from './spending.ts';

export interface AwsOptions extends AwsAccess {
  run: string;
  root: string;
  pipeline: PipelineSource;
  /** What the run is going to do. */
  work: readonly AwsWork[];
  images: { k3s: string; redis: string };
  /** Asked before anything is spent. */
  ask(question: string): Promise<boolean>;
  /** Has an image of a registry at hand, for kustomize. */
  present(image: string): Promise<void>;
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
  signal: AbortSignal;
}

/** Looks before it leaps: manifests, account, cluster and domain first, then the price and the question, and only then anything is made. */
export async function startAws(options: AwsOptions): Promise<AwsTarget> {
  const { settings, pipeline, run, say, remark, signal } = options;
  say('reading the manifests');
  const blueprint = blueprintsFor(options);
  const own = await blueprint(pipeline.topology);
  assertSigns(own, settings);
  const { work, widest } = await inAllTopologies(options.work, blueprint, own);
  say('asking AWS');
  const prices = await lookFirstOrThrow(options, widest, work, remark);
  const cluster = options.cluster(findContext(settings, options.kubeconfig));
  const namespaces = namespacesOf(settings);
  await leftOversOf(cluster, namespaces);
  signal.throwIfAborted();
  const planned = planOf(work, own, settings.lanes, prices);
  const spends = options.rehearsal ? 'on Fargate it would take' : 'it will take';
  remark(
    `· ${spends} ${estimateText(planned)}, by ${prices.source} of ${prices.asOf}; limits: ${limitsText(settings.budget)}`,
  );
  for (const line of overBudget(planned, settings.budget)) remark(line);
  if (!(await options.ask(`Run this on cluster ${settings.cluster}, for ${estimateText(planned)}?`)))
    throw new UsageError('not started: nothing was made, and nothing spent');
  const images = await pushOwnImages(options, own);
  signal.throwIfAborted();
  const startedAt = Date.now();
  const until = startedAt + settings.budget.minutes * 60_000;
  const owner = await ownerOfThis();
  const sink = domainSink({
    endpoint: settings.domain.endpoint,
    region: settings.region,
    credentials: options.credentials,
  });
  const spending = new Spending(settings.budget, prices, startedAt);
  say('making the namespaces');
  try {
    await claimNamespaces(cluster, namespaces, { run, owner, until }, remark, signal);
    if ('role' in settings.pods)
      for (const namespace of namespaces) await cluster.apply(serviceAccountOf(namespace, run, settings.pods.role));
    const key = 'secret' in settings.pods ? await podKeys(cluster, settings.pods.secret) : undefined;
    spending.start(() => meteredPods(cluster, namespaces));
    const { queue: _, ...pushedImages } = images;
    const surroundings = await surroundingsOf(options, cluster, sink, pushedImages);
    signal.throwIfAborted();
    return new AwsTarget({
      ...{ run, owner, settings, pipeline, cluster, sink, blueprint, own, images, key, namespaces, spending },
      ...{ surroundings, remark, stage: options.stage },
      signal: AbortSignal.any([signal, spending.ended]),
    });
  } catch (error) {
    await removeOurs(cluster, namespaces, owner).catch(({ message }: Error) => remark(message));
    await spending.stop();
    await sink.close();
    signal.throwIfAborted();
    throw plain(error);
  }
}

/** What cluster and domain refuse, in words; other errors as they are. */
function plain(error: unknown): unknown {
  if (error instanceof ApiException)
    return new EnvironmentError(`the API server answers ${apiMessage(error)}; ${LOOK}`, { cause: error });
  if (error instanceof errors.OpenSearchClientError) return new EnvironmentError(inWords(error), { cause: error });
  return error;
}

async function surroundingsOf(
  { settings, pipeline, apis, rehearsal }: AwsOptions,
  cluster: Cluster,
  sink: SearchEngineSink,
  images: Record<string, string>,
): Promise<Surroundings> {
  const { account } = await apis.whoAmI();
  return {
    target: 'aws',
    topology: pipeline.topology,
    engine: await sink.describe(),
    kubernetes: await cluster.version(),
    images: { ...images },
    ...(rehearsal ? { rehearsal } : {}),
    place: `account ${account}, ${settings.region}, cluster ${settings.cluster}, domain ${settings.domain.name}`,
  };
}

export function blueprintsFor({
  root,
  pipeline,
  settings,
  images,
  present,
}: Pick<AwsOptions, 'root' | 'pipeline' | 'settings' | 'images' | 'present'>): BlueprintOf {
  return blueprintsOf({
    root,
    pipeline,
    signing: 'role' in settings.pods ? 'role' : 'secret',
    clusterImage: async () => {
      await present(images.k3s);
      return images.k3s;
    },
  });
}

/** Throws {@link UsageError} for a pipeline that reads keys from a Secret where pods are to have a role: it would sign with made-up ones. */
function assertSigns(own: Blueprint, { pods }: AwsSettings): void {
  const read = [...secretNames(own)].map(([name, keys]) => `${name} (${[...keys].join(', ')})`);
  if ('secret' in pods || read.length === 0) return;
  throw new UsageError(
    `the pipeline reads the keys that it signs with from Secret ${read.join(', ')}, and pods.role gives pods a role: say pods: { secret: 'namespace/name' } in aws.config.ts, with AWS_ACCESS_KEY and AWS_ACCESS_SECRET in it`,
  );
}

/** Every pod of the namespaces, which are the run's alone: those of a topology's parts too. */
export async function meteredPods(cluster: Cluster, namespaces: readonly string[]): Promise<MeteredPod[]> {
  const pods = (await Promise.all(namespaces.map((namespace) => cluster.pods(namespace, '')))).flat();
  return pods.map((pod) => ({
    uid: pod.metadata!.uid!,
    since: pod.metadata!.creationTimestamp!.getTime(),
    spec: podOf({ ...pod, kind: 'Pod' } as KubernetesObject)!.spec,
  }));
}
