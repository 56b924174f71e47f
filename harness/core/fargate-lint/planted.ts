import type { LintedContainer, LintedPodSpec, NodeTerm } from './objects.ts';
import { claim, plainPod } from './plain-pod.ts';

/** A violation to be planted in a pod, and where the lint must find it (below the pod's spec). */
export interface PlantedInPod {
  rule: string;
  /** Changes a pod whose first container is a plain one; `where`: the list of the container to plant it in. */
  plant(spec: LintedPodSpec, container: LintedContainer): void;
  /** `CONTAINER` stands for the path of that container. */
  field: string;
}

const secure = (container: LintedContainer, context: NonNullable<LintedContainer['securityContext']>) => {
  container.securityContext = { ...container.securityContext, ...context };
};
const ask = (container: LintedContainer, amounts: Record<string, string>) => {
  container.resources = { requests: { ...container.resources?.requests, ...amounts }, limits: amounts };
};
const affinity = (...nodeSelectorTerms: NodeTerm[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
});
const TERMS = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';

/** At least one violation of every rule about pods, for the tests of the lint and of the admission policy. */
export const PLANTED_IN_PODS: readonly PlantedInPod[] = [
  {
    rule: 'host-path',
    plant: (spec) => addVolume(spec, { hostPath: { path: '/var/log' } }),
    field: 'volumes[LAST].hostPath',
  },
  ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).map((field) => ({
    rule: 'host-namespace',
    plant: (spec: LintedPodSpec) => {
      spec[field] = true;
    },
    field,
  })),
  {
    rule: 'host-port',
    plant: (_, container) => {
      container.ports = [{ containerPort: 24_224, hostPort: 24_224 } as { hostPort: number }];
    },
    field: 'CONTAINER.ports[0].hostPort',
  },
  {
    rule: 'host-port',
    plant: (_, container) => {
      container.ports = [{ containerPort: 24_224, hostIP: '127.0.0.1' } as { hostIP: string }];
    },
    field: 'CONTAINER.ports[0].hostIP',
  },
  {
    rule: 'privileged',
    plant: (_, container) => {
      container.securityContext = { privileged: true };
    },
    field: 'CONTAINER.securityContext.privileged',
  },
  {
    rule: 'privilege-escalation',
    plant: (_, container) => secure(container, { allowPrivilegeEscalation: true }),
    field: 'CONTAINER.securityContext.allowPrivilegeEscalation',
  },
  ...['NET_ADMIN', 'SYS_PTRACE', 'ALL', 'CAP_CHOWN', 'net_bind_service'].map((capability) => ({
    rule: 'capabilities',
    plant: (_: LintedPodSpec, container: LintedContainer) => secure(container, { capabilities: { add: [capability] } }),
    field: 'CONTAINER.securityContext.capabilities.add',
  })),
  {
    rule: 'device',
    plant: (_, container) => {
      container.resources = { limits: { 'nvidia.com/gpu': '1' } };
    },
    field: "CONTAINER.resources.limits['nvidia.com/gpu']",
  },
  {
    rule: 'device',
    plant: (spec) => {
      spec.resources = { limits: { cpu: '1', memory: '1Gi', 'hugepages-2Mi': '4Mi' } };
    },
    field: "resources.limits['hugepages-2Mi']",
  },
  {
    rule: 'instance-metadata',
    plant: (_, container) => {
      container.env = [{ name: 'AWS_EC2_METADATA_SERVICE_ENDPOINT', value: 'http://169.254.169.254' }];
    },
    field: 'CONTAINER.env[0].value',
  },
  {
    rule: 'instance-metadata',
    plant: (_, container) => {
      container.env = [{ name: 'METADATA', value: 'http://[fd00:ec2::254]/latest/meta-data/' }];
    },
    field: 'CONTAINER.env[0].value',
  },
  {
    rule: 'instance-metadata',
    plant: (_, container) => {
      container.args = ['curl', 'http://169.254.169.254/latest/meta-data/'];
    },
    field: 'CONTAINER.args[1]',
  },
  {
    rule: 'instance-metadata',
    plant: (_, container) => {
      container.command = ['curl', 'http://169.254.169.254/latest/meta-data/'];
    },
    field: 'CONTAINER.command[1]',
  },
  {
    rule: 'ebs-volume',
    plant: (spec) => addVolume(spec, { awsElasticBlockStore: { volumeID: 'vol-1' } }),
    field: 'volumes[LAST].awsElasticBlockStore',
  },
  {
    rule: 'volume-kind',
    plant: (spec) => addVolume(spec, { csi: { driver: 's3.csi.aws.com' } }),
    field: 'volumes[LAST].csi',
  },
  {
    rule: 'dynamic-volume',
    plant: (spec) => addVolume(spec, { ephemeral: { volumeClaimTemplate: { spec: claim({}) } } }),
    field: 'volumes[LAST].ephemeral',
  },
  {
    rule: 'node',
    plant: (spec) => {
      spec.nodeSelector = { 'kubernetes.io/arch': 'arm64' };
    },
    field: "nodeSelector['kubernetes.io/arch']",
  },
  {
    rule: 'node',
    plant: (spec) => {
      spec.nodeSelector = { 'eks.amazonaws.com/nodegroup': 'workers' };
    },
    field: "nodeSelector['eks.amazonaws.com/nodegroup']",
  },
  ...[
    { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] },
    { key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate'] },
    { key: 'node.kubernetes.io/instance-type', operator: 'Exists' },
    { key: 'kubernetes.io/os', operator: 'DoesNotExist' },
    { key: 'cores', operator: 'Gt', values: ['4'] },
    { key: 'kubernetes.io/hostname', operator: 'In', values: ['ip-10-0-0-1'] },
  ].map((expression) => ({
    rule: 'node',
    plant: (spec: LintedPodSpec) => {
      const linux = { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] };
      spec.affinity = affinity({ matchExpressions: [linux, expression] });
    },
    field: TERMS,
  })),
  ...[{}, { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['ip-10-0-0-1'] }] }].map((term) => ({
    rule: 'node',
    plant: (spec: LintedPodSpec) => {
      spec.affinity = affinity(term);
    },
    field: TERMS,
  })),
  {
    rule: 'node',
    plant: (spec) => {
      spec.nodeSelector = { 'kubernetes.io/hostname': 'ip-10-0-0-1' };
    },
    field: "nodeSelector['kubernetes.io/hostname']",
  },
  {
    rule: 'node',
    plant: (spec) => {
      spec.os = { name: 'windows' };
    },
    field: 'os.name',
  },
  {
    rule: 'node',
    plant: (spec) => {
      spec.nodeName = 'ip-10-0-0-1';
    },
    field: 'nodeName',
  },
  {
    rule: 'size',
    plant: (_, container) => ask(container, { cpu: '17' }),
    field: 'containers',
  },
  {
    // The kubelet's 256 MiB are what is too much.
    rule: 'size',
    plant: (_, container) => ask(container, { memory: '120Gi' }),
    field: 'containers',
  },
  {
    rule: 'size',
    plant: (spec) => {
      spec.resources = { requests: { cpu: '16001m' } };
    },
    field: 'resources',
  },
  {
    rule: 'ephemeral-storage',
    plant: (_, container) => ask(container, { 'ephemeral-storage': '176Gi' }),
    field: 'containers',
  },
];

/** A plain pod with a violation in its first container, or in an init container, and the field at which it stands. */
export function withPlanted(
  { plant, field }: PlantedInPod,
  where: 'containers' | 'initContainers' = 'containers',
): { spec: LintedPodSpec; field: string } {
  const spec = plainPod();
  plant(spec, spec[where]![0]!);
  const last = (spec.volumes?.length ?? 1) - 1;
  return { spec, field: field.replace('CONTAINER', `${where}[0]`).replace('LAST', String(last)) };
}

function addVolume(spec: LintedPodSpec, kind: object): void {
  spec.volumes = [...(spec.volumes ?? []), { name: 'planted', ...kind }];
}
