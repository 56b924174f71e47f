import type { KubernetesObject, V1Container, V1Deployment } from '@kubernetes/client-node';
import type { SizeLiteral } from '../../core/duration.ts';
import type { AccessKey, Setup } from '../../core/target.ts';
import { type Anatomy, anatomyOf, containersOf } from './anatomy.ts';
import { secretNames, secretsOf } from './secrets.ts';
import {
  type Endpoint,
  hasParameter,
  monitorPortOf,
  withEndpoint,
  withParameter,
  withVariant,
} from './td-agent-conf.ts';
import { trust } from './trust.ts';

/** Label on every object of a run; its value is the run's id. */
export const RUN_LABEL = 'efk-sidecar-harness/run';

const NO_KEY: AccessKey = { accessKeyId: '', secretAccessKey: '' };

/** What the harness puts in place of a pipeline's own. */
export interface Replacements {
  run: string;
  /** The namespace of every object, in place of the pipeline's. */
  namespace: string;
  emitterImage: string;
  emitterArgs: string[];
  fluentdImage: string;
  endpoint: Endpoint;
  /** What fluentd's container shall trust: a certificate in PEM, where the domain is reached over TLS. */
  certificate?: string;
  credentials: AccessKey;
  setup: Omit<Setup, 'load'>;
  /** The text of the configuration's variant that the setup asks for. */
  variant?: string | undefined;
}

/** Objects ready to be applied, and the parts in them. */
export interface Prepared {
  objects: KubernetesObject[];
  /** One for each application; the pipeline's own is the last, in `anatomy` too. */
  deployments: V1Deployment[];
  anatomy: Anatomy;
  conf: string;
  monitorPort: number | undefined;
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

  application.image = emitterImage;
  application.args = emitterArgs;
  application.imagePullPolicy = 'Never';
  for (const own of ['command', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const)
    delete application[own];
  fluentd.image = fluentdImage;
  fluentd.imagePullPolicy = 'Never';
  let conf = withEndpoint(configMap.data![configKey]!, endpoint);
  if (variant !== undefined) conf = withVariant(conf, variant);
  const ifThere = Object.entries(setup.parametersIfThere ?? {}).filter(([name]) => hasParameter(conf, name));
  for (const [name, value] of [...ifThere, ...Object.entries(setup.parameters)])
    conf = withParameter(conf, name, value);
  configMap.data![configKey] = conf;

  const { template } = deployment.spec!;
  deployment.spec!.replicas = setup.pods;
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [RUN_LABEL]: run } };
  for (const { resources } of containersOf(template.spec!)) if (resources?.requests) resources.requests['cpu'] = '10m';
  const trusted = replacements.certificate === undefined ? [] : [trust(anatomy, replacements.certificate)];
  if (setup.disk) asDisk(anatomy, setup.disk);
  if (setup.memory && !fluentd.resources?.limits?.['memory']) limitMemory(fluentd, setup.memory);
  const others = objects.filter(
    ({ kind, metadata }) => kind !== 'Namespace' && !(kind === 'Secret' && secretNames(anatomy).has(metadata!.name!)),
  );
  const further = Array.from({ length: setup.applications - 1 }, (_, i) => furtherApplication(anatomy, i + 2));
  const deployments = [...further.map((one) => one.deployment), deployment];
  const all = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...secretsOf(anatomy, setup.secret === 'empty' ? NO_KEY : replacements.credentials),
    ...trusted,
    ...others.filter((object) => object !== deployment),
    ...further.map((one) => one.configMap),
    ...deployments,
  ];
  for (const object of all) claim(object, run, namespace, ownNamespace);
  return { objects: all, deployments, anatomy, conf, monitorPort: monitorPortOf(conf) };
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

function limitMemory(container: V1Container, size: SizeLiteral): void {
  container.resources = {
    ...container.resources,
    limits: { ...container.resources?.limits, memory: size.replace(/B$/, '') },
  };
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
