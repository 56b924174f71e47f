import type { LintedObject, LintedPodSpec } from './objects.ts';

/** Kinds that make pods, without the DaemonSet, which is a violation itself. */
export const POD_KINDS = [
  ...(['Pod', 'Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'Job', 'CronJob'] as const),
  'PodTemplate',
] as const;

/** Where a pod's metadata and spec lie in each of these kinds; in all others at `spec.template`. */
export const TEMPLATE_PATHS: Partial<Record<string, string>> = {
  Pod: '',
  CronJob: 'spec.jobTemplate.spec.template.',
  PodTemplate: 'template.',
};

/** A pod with one container, an init container and a native sidecar, in which nothing is to be found. */
export function plainPod(): LintedPodSpec {
  const container = (name: string) => ({ name, image: 'busybox' });
  return {
    containers: [container('application')],
    initContainers: [container('before'), { ...container('sidecar'), restartPolicy: 'Always' }],
    volumes: [{ name: 'log', emptyDir: {} }],
  };
}

/** An object of a kind, complete enough for an API server, that makes pods of this spec. */
export function objectOf(
  kind: (typeof POD_KINDS)[number] | 'DaemonSet',
  name: string,
  spec: LintedPodSpec,
  annotations: Record<string, string> = {},
): LintedObject {
  const metadata = { name };
  const labels = { app: name };
  const lasting = { ...spec, restartPolicy: kind === 'Job' || kind === 'CronJob' ? 'Never' : 'Always' };
  const template = { metadata: { labels, annotations }, spec: lasting };
  switch (kind) {
    case 'Pod':
      return { apiVersion: 'v1', kind, metadata: { name, annotations }, spec: lasting };
    case 'PodTemplate':
      return { apiVersion: 'v1', kind, metadata, template } as LintedObject;
    case 'ReplicationController':
      return { apiVersion: 'v1', kind, metadata, spec: { selector: labels, template } };
    case 'Job':
      return { apiVersion: 'batch/v1', kind, metadata, spec: { template } };
    case 'CronJob':
      return {
        apiVersion: 'batch/v1',
        kind,
        metadata,
        spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template } } },
      };
    default: {
      const named = kind === 'StatefulSet' ? { serviceName: name } : {};
      return { apiVersion: 'apps/v1', kind, metadata, spec: { ...named, selector: { matchLabels: labels }, template } };
    }
  }
}

/** The spec of a claim of 1 GiB. */
export function claim(more: object): object {
  return { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more };
}
