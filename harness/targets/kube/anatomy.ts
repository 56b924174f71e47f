import type { KubernetesObject, V1ConfigMap, V1Container, V1Deployment, V1PodSpec } from '@kubernetes/client-node';
import { UsageError } from '../../core/trouble.ts';
import { logFileOf } from './td-agent-conf.ts';

/** The parts of a sidecar pipeline, as found in its manifests. */
export interface Anatomy {
  namespace: string;
  deployment: V1Deployment;
  /** The container whose image the emitter takes. */
  application: V1Container;
  fluentd: V1Container;
  configMap: V1ConfigMap;
  /** Key of the fluentd configuration in the ConfigMap. */
  configKey: string;
  /** The file that the application writes. */
  logFile: string;
}

/** Namespace for objects that name none. */
const DEFAULT_NAMESPACE = 'kubetest';

/**
 * Finds the parts of a pipeline. Throws {@link UsageError} that says what was expected and what was found: this is the contract of a
 * pipeline folder, as the README tells it.
 */
export function anatomyOf(objects: readonly KubernetesObject[]): Anatomy {
  const deployments = objects.filter((object): object is V1Deployment => object.kind === 'Deployment');
  if (deployments.length === 0) {
    throw new UsageError(
      `the manifests hold no Deployment; found: ${objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`).join(', ') || 'nothing'}`,
    );
  }
  const configMaps = objects.filter((object): object is V1ConfigMap => object.kind === 'ConfigMap');
  const complaints: string[] = [];
  for (const deployment of deployments) {
    const found = partsOf(deployment, configMaps);
    if (typeof found !== 'string') return found;
    complaints.push(`Deployment ${deployment.metadata?.name}: ${found}`);
  }
  throw new UsageError(complaints.join('\n'));
}

function partsOf(deployment: V1Deployment, configMaps: V1ConfigMap[]): Anatomy | string {
  const spec = deployment.spec?.template?.spec;
  if (!spec) return 'has no pod template';
  const containers = containersOf(spec);
  const shared = (spec.volumes ?? []).filter(
    ({ emptyDir, name }) => emptyDir && containers.filter((c) => mountOf(c, name)).length > 1,
  );
  if (shared.length === 0) {
    return (
      'no shared log volume: expected an emptyDir that both the application and fluentd mount; ' +
      `its volumes: ${spec.volumes?.map(({ name, ...kind }) => `${name} (${Object.keys(kind).join()})`).join(', ') || 'none'}`
    );
  }
  const configs = configMaps.flatMap((configMap) =>
    Object.entries(configMap.data ?? {})
      .filter(([, text]) => /<source>/.test(text))
      .map(([key, conf]) => ({ configMap, key, conf })),
  );
  if (configs.length === 0)
    return 'no fluentd configuration: expected a ConfigMap with a key such as td-agent.conf that holds a <source>';
  for (const { configMap, key, conf } of configs) {
    const volume = spec.volumes?.find((candidate) => candidate.configMap?.name === configMap.metadata?.name)?.name;
    const fluentd = volume && containers.find((container) => mountOf(container, volume));
    if (!fluentd) continue;
    for (const { name } of shared) {
      const application = containers.find((container) => container !== fluentd && mountOf(container, name));
      if (!application || !mountOf(fluentd, name)) continue;
      const logFile = logFileOf(conf, mountOf(application, name)!);
      const namespace = deployment.metadata?.namespace ?? DEFAULT_NAMESPACE;
      return { namespace, deployment, application, fluentd, configMap, configKey: key, logFile };
    }
  }
  return `no container mounts both a fluentd configuration (${configs.map(({ configMap }) => configMap.metadata?.name).join(', ')}) and the shared log volume ${shared.map(({ name }) => name).join(', ')}`;
}

/** All containers of a pod that live as long as it does: the regular ones and native sidecars. */
export function containersOf(spec: V1PodSpec): V1Container[] {
  return [
    ...(spec.containers ?? []),
    ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ];
}

function mountOf(container: V1Container, volume: string): string | undefined {
  return container.volumeMounts?.find(({ name }) => name === volume)?.mountPath;
}
