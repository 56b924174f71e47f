import type { LintedObject } from './objects.ts';
import { claim, objectOf, POD_KINDS, plainPod, TEMPLATE_PATHS } from './plain-pod.ts';

/** A violation that is an object of its own. */
export interface PlantedObject {
  rule: string;
  object: LintedObject;
  field: string;
}

/** An annotation that says where pods are to run. */
export const COMPUTE_TYPE = 'eks.amazonaws.com/compute-type';

/** A PersistentVolume of 1 GiB; `source`: where its files are, and what else is to be in its spec. */
export function volume(source: object): LintedObject {
  const spec = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, ...source };
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'log' }, spec };
}

/** An object that asks for a load balancer with targets of this type. */
export function balanced(kind: 'Service' | 'Ingress', type: string): LintedObject {
  const backend = { service: { name: 'x', port: { number: 80 } } };
  return kind === 'Service'
    ? {
        apiVersion: 'v1',
        kind,
        metadata: { name: 'x', annotations: { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': type } },
        spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
      }
    : {
        apiVersion: 'networking.k8s.io/v1',
        kind,
        metadata: { name: 'x', annotations: { 'alb.ingress.kubernetes.io/target-type': type } },
        spec: { defaultBackend: backend },
      };
}

/** Violations that no pod has in it. */
export const PLANTED_OBJECTS: readonly PlantedObject[] = [
  {
    rule: 'dynamic-volume',
    object: {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'log' },
      spec: claim({ storageClassName: 'gp3' }),
    },
    field: 'spec',
  },
  {
    rule: 'ebs-volume',
    object: volume({ csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' } }),
    field: 'spec.csi.driver',
  },
  {
    rule: 'ebs-volume',
    object: volume({ awsElasticBlockStore: { volumeID: 'vol-1' } }),
    field: 'spec.awsElasticBlockStore',
  },
  {
    rule: 'volume-kind',
    object: volume({ csi: { driver: 'fsx.csi.aws.com', volumeHandle: 'fs-1' } }),
    field: 'spec.csi.driver',
  },
  { rule: 'volume-kind', object: volume({ nfs: { server: 'x', path: '/' } }), field: 'spec.nfs' },
  { rule: 'host-path', object: volume({ hostPath: { path: '/var/log' } }), field: 'spec.hostPath' },
  ...['run.sh', 'td-agent.conf'].map((key) => ({
    rule: 'instance-metadata',
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'script' },
      data: { [key]: 'http://169.254.169.254/latest/meta-data/' },
    },
    field: `data['${key}']`,
  })),
  {
    rule: 'load-balancer-target',
    object: balanced('Service', 'instance'),
    field: "metadata.annotations['service.beta.kubernetes.io/aws-load-balancer-nlb-target-type']",
  },
  {
    rule: 'load-balancer-target',
    object: balanced('Ingress', 'instance'),
    field: "metadata.annotations['alb.ingress.kubernetes.io/target-type']",
  },
  ...POD_KINDS.map((kind) => ({
    rule: 'node',
    object: objectOf(kind, 'x', plainPod(), { [COMPUTE_TYPE]: 'ec2' }),
    field: `${TEMPLATE_PATHS[kind] ?? 'spec.template.'}metadata.annotations['${COMPUTE_TYPE}']`,
  })),
];
