import type { LintedContainer, LintedObject, LintedPodSpec } from './objects.ts';
import { claim, objectOf, plainPod } from './plain-pod.ts';
import { balanced, COMPUTE_TYPE, volume } from './planted-objects.ts';

const asking = (...requests: Record<string, string | number>[]): LintedPodSpec => ({
  containers: requests.map((one, i) => ({ name: `c${i}`, image: 'busybox', resources: { requests: one } })),
});
const with1 = (container: LintedContainer): LintedPodSpec => ({
  containers: [{ name: 'x', image: 'busybox', ...container } as LintedContainer],
});
const volumes = (...kinds: object[]): LintedPodSpec => ({
  volumes: kinds.map((kind, i) => ({ name: `v${i}`, ...kind })),
});
const NODES = (...matchExpressions: { key: string; operator: string; values?: string[] }[]) => ({ matchExpressions });
const ARM = { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] };
const AMD = { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64', 'amd64'] };

/** What looks like a violation in a pod and is none, for the tests of the lint and of the admission policy. */
export const ADMITTED_IN_PODS: readonly (readonly [string, LintedPodSpec])[] = [
  ['a node selector that Fargate’s nodes meet', { nodeSelector: { 'kubernetes.io/arch': 'amd64' } }],
  ['a zone, which any of them may have', { nodeSelector: { 'topology.kubernetes.io/zone': 'eu-central-1a' } }],
  [
    'one term of several that they meet',
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [NODES(ARM), NODES(AMD)] },
        },
      },
    },
  ],
  [
    'labels that only must be there or not, and a name that is not theirs',
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                ...NODES(
                  { key: 'kubernetes.io/hostname', operator: 'Exists' },
                  { key: 'eks.amazonaws.com/nodegroup', operator: 'DoesNotExist' },
                ),
                matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['ip-10-0-0-1'] }],
              },
            ],
          },
        },
      },
    },
  ],
  ['a pod that says it is for Linux', { os: { name: 'linux' } }],
  ['flags that are off', { hostNetwork: false, hostPID: false, hostIPC: false }],
  ['the largest pod', asking({ cpu: 16, memory: '119.75Gi', 'ephemeral-storage': '175Gi' })],
  ['the largest pod in tenths of a core', asking(...Array.from({ length: 10 }, () => ({ cpu: '1600m' })))],
  ['amounts in other spellings', asking({ cpu: '1.6e1', memory: '128e9' }, { memory: '500000Ki' })],
  ['a request that is 0', asking({ cpu: '0', memory: 0 })],
  ['a pod that says what it asks for as a whole', { resources: { requests: { cpu: '16', memory: '1Gi' } } }],
  [
    'containers that start one after another, each as large as a pod may be',
    {
      ...asking({ cpu: '16' }),
      initContainers: asking({ cpu: '16' }).containers!.map((one) => ({ ...one, name: 'i' })),
    },
  ],
  ['a claim that is made elsewhere', volumes({ persistentVolumeClaim: { claimName: 'efs' } })],
  [
    'every volume that there is',
    volumes(
      { emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
      { configMap: { name: 'x' } },
      { secret: { secretName: 'x' } },
      { projected: { sources: [{ configMap: { name: 'x' } }] } },
      { downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { nfs: { server: 'x', path: '/' } },
    ),
  ],
  ...['NET_BIND_SERVICE', 'CHOWN', 'SYS_CHROOT'].map(
    (one) =>
      [`${one}, which a container has anyway`, with1({ securityContext: { capabilities: { add: [one] } } })] as const,
  ),
  ['a port of the container alone', with1({ ports: [{ containerPort: 80 } as object] })],
  ['who keeps away from the metadata service', with1({ env: [{ name: 'NO_PROXY', value: '169.254.169.254' }] })],
];

/** The same, of objects of their own. */
export const ADMITTED_OBJECTS: readonly (readonly [string, LintedObject])[] = [
  ['a volume on EFS', volume({ csi: { driver: 'efs.csi.aws.com', volumeHandle: 'fs-1' }, storageClassName: 'efs-sc' })],
  ['a claim of a volume that is named', claimed({ volumeName: 'efs', storageClassName: 'efs-sc' })],
  ['a claim of a volume that is chosen', claimed({ selector: { matchLabels: { for: 'log' } } })],
  ['a claim of no class, for which none is made', claimed({ storageClassName: '' })],
  ['pods that say they are for Fargate', objectOf('Deployment', 'x', plainPod(), { [COMPUTE_TYPE]: 'fargate' })],
  ['a Service with IP targets', balanced('Service', 'ip')],
  ['an Ingress with IP targets', balanced('Ingress', 'ip')],
  [
    'a ConfigMap with a proxy’s exceptions',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { no_proxy: '169.254.169.254' } },
  ],
];

/** A claim of 1 GiB. */
export function claimed(spec: object): LintedObject {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'x' }, spec: claim(spec) };
}

/** A plain pod with something of this in it. */
export function withAdmitted(spec: LintedPodSpec): LintedPodSpec {
  return { ...plainPod(), ...spec };
}
