import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node';
import type { SizeLiteral } from '../../core/duration.ts';
import type { AccessKey, Setup } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import { HELD_TO_FARGATE } from './admission.ts';
import { type Anatomy, anatomyOf, containersOf } from './anatomy.ts';
import { annotateContents } from './contents.ts';
import { limit, lowerRequest } from './resources.ts';
import { secretNames, secretsOf } from './secrets.ts';
import { type Endpoint, monitorPortOf, withEndpoint, withVariant } from './td-agent-conf.ts';
import {
  fluentdConfigs,
  flushIntervalOfAll,
  type Part,
  partsIn,
  rewrite,
  setParameters,
  setRedis,
} from './topology.ts';
import { trust } from './trust.ts';

/** Label on every object of a run; its value is the run's id. */
export const RUN_LABEL = 'efk-sidecar-harness/run';

const NO_KEY: AccessKey = { accessKeyId: '', secretAccessKey: '' };

/** Label on the pods of a topology's parts, which are none of the application's; its value is the run's id. */
export const PART_LABEL = 'efk-sidecar-harness/part-of';

/** What the harness puts in place of a pipeline's own. */
export interface Replacements {
  run: string;
  /** The namespace of every object, in place of the pipeline's. */
  namespace: string;
  emitterImage: string;
  emitterArgs: string[];
  fluentdImage: string;
  /** For the queue of a topology that has one; the manifest's own unless told. */
  queueImage?: string;
  endpoint: Endpoint;
  /** What the container that speaks with the domain shall trust: a certificate in PEM, where the domain is reached over TLS. */
  certificate?: string;
  credentials: AccessKey;
  setup: Omit<Setup, 'load'>;
  /** The namespace is one in which the API server refuses what Fargate would. */
  heldToFargate?: boolean;
  /** The text of the configuration's variant that the setup asks for. */
  variant?: string | undefined;
}

/** Objects ready to be applied, and the parts in them. */
export interface Prepared {
  objects: KubernetesObject[];
  /** The same objects, with the CPU requests that the pipeline has: by them Fargate picks a pod's size. */
  asked: KubernetesObject[];
  /** One for each application; the pipeline's own is the last, in `anatomy` too. */
  deployments: V1Deployment[];
  anatomy: Anatomy;
  /** What the topology has between the sidecar and the domain. */
  parts: Part[];
  conf: string;
  monitorPort: number | undefined;
  /** Sum of the flush intervals on a record's way, ms. */
  flushIntervalMs: number;
}

/**
 * Replaces image names, namespace, endpoint, Secret and the application's arguments, and what a scenario's setup asks for; leaves all else as the
 * pipeline has it. CPU requests are lowered, limits not: scenarios side by side share a node that is smaller than the sum of what they ask for.
 */
export function prepare(source: readonly KubernetesObject[], replacements: Replacements): Prepared {
  const objects = structuredClone([...source]);
  const anatomy = anatomyOf(objects);
  const { deployment, application, fluentd, configMap, configKey } = anatomy;
  const { run, namespace, emitterImage, emitterArgs, fluentdImage, endpoint, setup, variant } = replacements;
  const ownNamespace = anatomy.namespace;
  anatomy.namespace = namespace;

  application.image = setup.application ?? emitterImage;
  if (setup.application === undefined) application.args = emitterArgs;
  else delete application.args;
  application.imagePullPolicy = 'Never';
  for (const own of ['command', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const)
    delete application[own];
  fluentd.image = fluentdImage;
  fluentd.imagePullPolicy = 'Never';
  const parts = partsIn(objects);
  if (setup.collectors !== undefined && !parts.some(({ role }) => role === 'collector'))
    throw new UsageError(
      `collectors=${setup.collectors}: this topology has no central collector; there is one in aggregator and redis`,
    );
  for (const part of parts) preparePart(part, replacements);
  const configs = fluentdConfigs(anatomy, parts);
  if (setup.conf !== undefined) configMap.data![configKey] = setup.conf;
  // The last on a record's way is the one that speaks with the domain.
  rewrite(configs.at(-1)!, (text) => withEndpoint(text, endpoint));
  if (variant !== undefined) rewrite(configs[0]!, (text) => withVariant(text, variant));
  setParameters(setup, configs);
  setRedis(setup.redis ?? {}, parts);
  const conf = configMap.data![configKey]!;

  const { template } = deployment.spec!;
  deployment.spec!.replicas = setup.pods;
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [RUN_LABEL]: run } };
  const trusted =
    replacements.certificate === undefined ? [] : [trust(speakerOf(anatomy, parts), replacements.certificate)];
  if (setup.disk) asDisk(anatomy, setup.disk);
  limit(fluentd, setup);
  const others = objects.filter(
    ({ kind, metadata }) =>
      kind !== 'Namespace' && !(kind === 'Secret' && secretNames({ anatomy, parts }).has(metadata!.name!)),
  );
  const further = Array.from({ length: setup.applications - 1 }, (_, i) => furtherApplication(anatomy, i + 2));
  const deployments = [...further.map((one) => one.deployment), deployment];
  const all = [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: replacements.heldToFargate ? { ...HELD_TO_FARGATE } : {} },
    },
    ...secretsOf({ anatomy, parts }, setup.secret === 'empty' ? NO_KEY : replacements.credentials),
    ...trusted,
    ...others.filter((object) => object !== deployment),
    ...further.map((one) => one.configMap),
    ...deployments,
  ];
  for (const object of all) claim(object, run, namespace, ownNamespace);
  annotateContents(all[0]!, all);
  const asked = structuredClone(all);
  for (const one of [...deployments, ...parts.map((part) => part.deployment)])
    containersOf(one.spec!.template.spec!).forEach(lowerRequest);
  const flushIntervalMs = flushIntervalOfAll(configs);
  return { objects: all, asked, deployments, anatomy, parts, conf, monitorPort: monitorPortOf(conf), flushIntervalMs };
}

/** Gives a part its image and the run's label. */
function preparePart(
  { role, deployment, container }: Part,
  { run, fluentdImage, queueImage, setup }: Replacements,
): void {
  const { template } = deployment.spec!;
  const image = role === 'collector' ? fluentdImage : queueImage;
  if (image) container.image = image;
  container.imagePullPolicy = 'Never';
  if (role === 'collector' && setup.collectors !== undefined) deployment.spec!.replicas = setup.collectors;
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [PART_LABEL]: run } };
}

/** The fluentd that speaks with the domain: the central collector where there is one, the sidecar otherwise. */
function speakerOf({ namespace, fluentd, deployment }: Anatomy, parts: readonly Part[]) {
  const collector = parts.find(({ role }) => role === 'collector');
  return collector
    ? { namespace, fluentd: collector.container, deployment: collector.deployment }
    : { namespace, fluentd, deployment };
}

/** Another application of the same kind: a Deployment, a ConfigMap and a tag of its own, named with its number. */
function furtherApplication({ deployment, configMap, configKey }: Anatomy, number: number) {
  const [otherDeployment, otherMap] = structuredClone([deployment, configMap] as const);
  const named = (name: string | undefined) => `${name}-${number}`;
  otherMap.metadata!.name = named(configMap.metadata!.name);
  otherMap.data![configKey] = configMap.data![configKey]!.replace(/^(\s*tag\s+\S+)$/m, `$1${number}`);
  otherDeployment.metadata!.name = named(deployment.metadata!.name);
  const { selector, template } = otherDeployment.spec!;
  for (const labels of [selector.matchLabels, template.metadata!.labels])
    if (labels) labels['efk-sidecar-harness/application'] = String(number);
  for (const volume of template.spec!.volumes ?? [])
    if (volume.configMap && volume.configMap.name === configMap.metadata!.name)
      volume.configMap.name = named(volume.configMap.name);
  return { deployment: otherDeployment, configMap: otherMap };
}

/** Makes the shared log volume a disk of its own size: what the node's disk would only notice later is ENOSPC at once. */
function asDisk({ deployment, application, fluentd }: Anatomy, size: SizeLiteral): void {
  const mounted = new Set(application.volumeMounts?.map(({ name }) => name));
  for (const volume of deployment.spec!.template.spec!.volumes ?? []) {
    const shared = mounted.has(volume.name) && fluentd.volumeMounts?.some(({ name }) => name === volume.name);
    if (shared && volume.emptyDir) volume.emptyDir = { medium: 'Memory', sizeLimit: size.replace(/B$/, '') };
  }
}

/** Marks an object as this run's, moves it into its namespace, and takes away what an API server had written into it. */
function claim(object: KubernetesObject, run: string, namespace: string, ownNamespace: string): void {
  const metadata = object.metadata!;
  metadata.labels = { ...metadata.labels, [RUN_LABEL]: run };
  if (object.kind !== 'Namespace' && (metadata.namespace ?? ownNamespace) === ownNamespace)
    metadata.namespace = namespace;
  for (const own of ['creationTimestamp', 'resourceVersion', 'uid', 'selfLink', 'generation', 'managedFields'] as const)
    delete metadata[own as 'uid'];
  delete (object as { status?: unknown }).status;
}
