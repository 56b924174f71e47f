import type { KubernetesObject, V1Container, V1Deployment } from '@kubernetes/client-node';
import type { AccessKey, Setup } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import { freeVolumes, heldNamespace } from './admission.ts';
import { type Anatomy, anatomyOf, containersOf } from './anatomy.ts';
import { annotateContents } from './contents.ts';
import { type Elsewhere, settle } from './elsewhere.ts';
import { furtherApplication } from './further-application.ts';
import { limit, lowerRequest } from './resources.ts';
import { claim, PART_LABEL, RUN_LABEL } from './run-label.ts';
import { secretNames, secretsOf } from './secrets.ts';
import { asDisk } from './shared-disk.ts';
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

const NO_KEY: AccessKey = { accessKeyId: '', secretAccessKey: '' };

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
  /** What is different on a cluster that is not ours. */
  elsewhere?: Elsewhere;
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
  const { run, namespace, fluentdImage, endpoint, setup, variant } = replacements;
  const ownNamespace = anatomy.namespace;
  anatomy.namespace = namespace;

  prepareApplication(application, replacements);
  fluentd.image = fluentdImage;
  fluentd.imagePullPolicy = pullPolicyOf(replacements.elsewhere);
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
  if (replacements.elsewhere) settle(configs, { anatomy, parts }, replacements.elsewhere);
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
      metadata: { name: namespace, ...(replacements.heldToFargate ? heldNamespace(objects) : {}) },
    },
    ...secretsOf({ anatomy, parts }, setup.secret === 'empty' ? NO_KEY : replacements.credentials),
    ...trusted,
    ...others.filter((object) => object !== deployment),
    ...further.map((one) => one.configMap),
    ...deployments,
  ];
  for (const object of all) claim(object, run, namespace, ownNamespace);
  if (!replacements.heldToFargate) freeVolumes(all);
  annotateContents(all[0]!, all);
  const asked = structuredClone(all);
  // Where Fargate sizes a pod by its requests they stay as they are.
  if (!replacements.elsewhere)
    for (const one of [...deployments, ...parts.map((part) => part.deployment)])
      containersOf(one.spec!.template.spec!).forEach(lowerRequest);
  const flushIntervalMs = flushIntervalOfAll(configs);
  return { objects: all, asked, deployments, anatomy, parts, conf, monitorPort: monitorPortOf(conf), flushIntervalMs };
}

/** Has the application's container run the emitter, or the image that the setup names, and nothing of the pipeline's own. */
function prepareApplication(
  container: V1Container,
  { setup, emitterImage, emitterArgs, elsewhere }: Replacements,
): void {
  container.image = setup.application ?? emitterImage;
  if (setup.application === undefined) container.args = emitterArgs;
  else delete container.args;
  container.imagePullPolicy = pullPolicyOf(elsewhere);
  for (const own of ['command', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const)
    delete container[own];
}

/** Gives a part its image and the run's label. */
function preparePart(
  { role, deployment, container }: Part,
  { run, fluentdImage, queueImage, setup, elsewhere }: Replacements,
): void {
  const { template } = deployment.spec!;
  const image = role === 'collector' ? fluentdImage : queueImage;
  if (image) container.image = image;
  container.imagePullPolicy = pullPolicyOf(elsewhere);
  if (role === 'collector' && setup.collectors !== undefined) deployment.spec!.replicas = setup.collectors;
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [PART_LABEL]: run } };
}

/** Images are carried into a cluster of ours, and pulled by the nodes of another. */
function pullPolicyOf(elsewhere: Elsewhere | undefined): string {
  return elsewhere ? 'IfNotPresent' : 'Never';
}

/** The fluentd that speaks with the domain: the central collector where there is one, the sidecar otherwise. */
function speakerOf({ namespace, fluentd, deployment }: Anatomy, parts: readonly Part[]) {
  const collector = parts.find(({ role }) => role === 'collector');
  return collector
    ? { namespace, fluentd: collector.container, deployment: collector.deployment }
    : { namespace, fluentd, deployment };
}
