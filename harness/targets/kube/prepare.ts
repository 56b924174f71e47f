import type { KubernetesObject, V1Secret } from '@kubernetes/client-node';
import { type Anatomy, anatomyOf, containersOf } from './anatomy.ts';
import { type Endpoint, monitorPortOf, withEndpoint, withParameter } from './td-agent-conf.ts';

/** Label on every object of a run; its value is the run's id. */
export const RUN_LABEL = 'efk-sidecar-harness/run';

/** What the harness puts in place of a pipeline's own. */
export interface Replacements {
  run: string;
  emitterImage: string;
  emitterArgs: string[];
  fluentdImage: string;
  endpoint: Endpoint;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** fluentd parameters to set (`''` takes one away), from `--set fluentd.NAME=VALUE`. */
  parameters: Record<string, string>;
}

/** Objects ready to be applied, and the parts in them. */
export interface Prepared {
  objects: KubernetesObject[];
  anatomy: Anatomy;
  conf: string;
  monitorPort: number | undefined;
}

/** Replaces image names, endpoint, Secret and the application's arguments; leaves all else as the pipeline has it. */
export function prepare(source: readonly KubernetesObject[], replacements: Replacements): Prepared {
  const objects = structuredClone([...source]);
  const anatomy = anatomyOf(objects);
  const { namespace, deployment, application, fluentd, configMap, configKey } = anatomy;
  const { run, emitterImage, emitterArgs, fluentdImage, endpoint, parameters } = replacements;

  application.image = emitterImage;
  application.args = emitterArgs;
  application.imagePullPolicy = 'Never';
  for (const own of ['command', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const)
    delete application[own];
  fluentd.image = fluentdImage;
  fluentd.imagePullPolicy = 'Never';
  let conf = withEndpoint(configMap.data![configKey]!, endpoint);
  for (const [name, value] of Object.entries(parameters)) conf = withParameter(conf, name, value);
  configMap.data![configKey] = conf;

  const template = deployment.spec!.template;
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [RUN_LABEL]: run } };
  const others = objects.filter(
    ({ kind, metadata }) => kind !== 'Namespace' && !(kind === 'Secret' && secretNames(anatomy).has(metadata!.name!)),
  );
  const all = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...secrets(anatomy, replacements),
    ...others.filter((object) => object !== deployment),
    deployment,
  ];
  for (const object of all) {
    const metadata = object.metadata!;
    metadata.labels = { ...metadata.labels, [RUN_LABEL]: run };
    if (object.kind !== 'Namespace') metadata.namespace ??= namespace;
    for (const own of [
      'creationTimestamp',
      'resourceVersion',
      'uid',
      'selfLink',
      'generation',
      'managedFields',
    ] as const)
      delete metadata[own as 'uid'];
    delete (object as { status?: unknown }).status;
  }
  return { objects: all, anatomy, conf, monitorPort: monitorPortOf(conf) };
}

/** The Secrets that the pod's containers take variables from, filled with the edge's credentials. */
function secrets(anatomy: Anatomy, { credentials }: Replacements): V1Secret[] {
  return [...secretNames(anatomy)].map(([name, keys]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: anatomy.namespace },
    stringData: Object.fromEntries([...keys].map((key) => [key, valueFor(key, credentials)])),
  }));
}

function valueFor(key: string, { accessKeyId, secretAccessKey }: Replacements['credentials']): string {
  if (/token/i.test(key)) return '';
  if (/account/i.test(key)) return '123456789012';
  if (/secret/i.test(key)) return secretAccessKey;
  return accessKeyId;
}

function secretNames({ deployment }: Anatomy): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const { env } of containersOf(deployment.spec!.template.spec!)) {
    for (const { valueFrom } of env ?? []) {
      const ref = valueFrom?.secretKeyRef;
      if (ref?.name) names.set(ref.name, (names.get(ref.name) ?? new Set()).add(ref.key));
    }
  }
  return names;
}

/** A Service without a selector and its EndpointSlice: how pods reach the edge by name. */
export function domainService(
  namespace: string,
  run: string,
  { host, port }: Endpoint,
  ip: string,
  targetPort: number,
): KubernetesObject[] {
  const labels = { [RUN_LABEL]: run };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: host, namespace, labels },
      spec: { ports: [{ name: 'http', port, targetPort }] },
    } as KubernetesObject,
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${host}-edge`, namespace, labels: { ...labels, 'kubernetes.io/service-name': host } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: targetPort, protocol: 'TCP' }],
      endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    } as KubernetesObject,
  ];
}
