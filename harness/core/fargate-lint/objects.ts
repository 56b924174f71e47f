/** A Kubernetes quantity; a number where YAML does not quote it. */
export type Quantity = string | number;

/** Amounts by resource: `cpu`, `memory`, `nvidia.com/gpu`, … */
export type Amounts = Record<string, Quantity>;

/** What a container, or a pod as a whole, asks for. */
export interface Asking {
  resources?: { limits?: Amounts; requests?: Amounts };
}

/** What the lint reads of a container. */
export interface LintedContainer extends Asking {
  name?: string;
  restartPolicy?: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string }[];
  ports?: { hostPort?: number; hostIP?: string }[];
  securityContext?: {
    privileged?: boolean;
    allowPrivilegeEscalation?: boolean;
    capabilities?: { add?: string[] };
  };
  volumeDevices?: { name: string }[];
}

/** One expression of a node selector term. */
export interface NodeExpression {
  key: string;
  operator: string;
  values?: string[];
}

/** What a node must meet all of; one that asks for nothing is met by none. */
export interface NodeTerm {
  matchExpressions?: NodeExpression[];
  matchFields?: NodeExpression[];
}

/** A volume: its name, and one key that says its kind. */
export interface LintedVolume {
  name: string;
  hostPath?: { path?: string };
  [kind: string]: unknown;
}

/** What the lint reads of a claim's spec. */
export interface LintedClaim {
  volumeName?: string;
  selector?: object;
  storageClassName?: string;
}

/** What the lint reads of a pod's spec. */
export interface LintedPodSpec extends Asking {
  containers?: LintedContainer[];
  initContainers?: LintedContainer[];
  /** Added to a pod that runs, by `kubectl debug`. */
  ephemeralContainers?: LintedContainer[];
  volumes?: LintedVolume[];
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  os?: { name?: string };
  resourceClaims?: { name: string }[];
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: {
        nodeSelectorTerms?: NodeTerm[];
      };
    };
  };
}

/** A Kubernetes object, as far as the lint must know it; whatever else it holds stays unread. */
export interface LintedObject {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string; namespace?: string; annotations?: Record<string, string> };
  spec?: unknown;
  data?: unknown;
}

/** Where in an object the spec of the pods lies that it makes, by kind; a DaemonSet's pods are refused with it. */
const POD_PATHS: Record<string, string> = {
  Pod: 'spec',
  Deployment: 'spec.template.spec',
  ReplicaSet: 'spec.template.spec',
  ReplicationController: 'spec.template.spec',
  StatefulSet: 'spec.template.spec',
  DaemonSet: 'spec.template.spec',
  Job: 'spec.template.spec',
  CronJob: 'spec.jobTemplate.spec.template.spec',
  PodTemplate: 'template.spec',
};

/** The spec of the pods that an object makes, and its path; undefined for one that makes none. */
export function podOf(object: LintedObject): { path: string; spec: LintedPodSpec } | undefined {
  const path = POD_PATHS[object.kind ?? ''];
  if (path === undefined) return undefined;
  const spec = valueAt(object, path);
  return spec ? { path, spec: spec as LintedPodSpec } : undefined;
}

/** The annotations that the pods of an object have, and their path. */
export function podAnnotations(object: LintedObject): { path: string; annotations: Record<string, string> } {
  const path = (POD_PATHS[object.kind ?? ''] ?? '').replace(/spec$/, 'metadata.annotations');
  return { path, annotations: (valueAt(object, path) ?? {}) as Record<string, string> };
}

function valueAt(object: LintedObject, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
}

/** Every container of a pod, of whatever kind, with its path below the pod's spec. */
export function containersIn(spec: LintedPodSpec): { path: string; container: LintedContainer }[] {
  return (['containers', 'initContainers', 'ephemeralContainers'] as const).flatMap((kind) =>
    (spec[kind] ?? []).map((container, i) => ({ path: `${kind}[${i}]`, container })),
  );
}
