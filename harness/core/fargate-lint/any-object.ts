import * as fc from 'fast-check';
import { anyPod, oneOf, seldom } from './any-pod.ts';
import type { LintedObject } from './objects.ts';
import { claim, objectOf, POD_KINDS } from './plain-pod.ts';
import { balanced, COMPUTE_TYPE, volume } from './planted-objects.ts';

const storageClass = seldom('', 'efs-sc', 'gp3');
const anyClaim = fc.record({
  storageClassName: storageClass,
  volumeName: seldom('', 'log'),
  selector: seldom<object>({}, { matchLabels: { for: 'log' } }),
});

const pods = fc
  .record({
    kind: oneOf(...POD_KINDS),
    spec: anyPod,
    annotations: oneOf<Record<string, string>>(
      {},
      {},
      {},
      {},
      {},
      {},
      { [COMPUTE_TYPE]: 'fargate' },
      { [COMPUTE_TYPE]: 'ec2' },
    ),
    claims: seldom(fc.array(anyClaim, { maxLength: 2 })),
  })
  .map(({ kind, spec, annotations, claims }) => {
    const object = objectOf(kind, 'x', spec, annotations);
    const volumeClaimTemplates = claims?.map((one, i) => ({ metadata: { name: `t${i}` }, spec: claim(one) }));
    return kind === 'StatefulSet' ? { ...object, spec: { ...(object.spec as object), volumeClaimTemplates } } : object;
  });

const claims = anyClaim.map((spec) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'x' },
  spec: claim(spec),
}));

const driver = oneOf('efs.csi.aws.com', 'ebs.csi.aws.com', 'fsx.csi.aws.com');
const source = oneOf<object>(
  driver.map((name) => ({ csi: { driver: name, volumeHandle: 'x' } })),
  { awsElasticBlockStore: { volumeID: 'vol-1' } },
  { hostPath: { path: '/x' } },
  { nfs: { server: 'x', path: '/' } },
);
const volumes = fc
  .record({ source, storageClassName: storageClass, mountOptions: seldom(['tls']) })
  .map(({ source, ...more }) => volume({ ...source, ...more }));

const targets = fc
  .record({ kind: oneOf<'Service' | 'Ingress'>('Service', 'Ingress'), type: oneOf('ip', 'instance', '') })
  .map(({ kind, type }) => balanced(kind, type));

const metadata = oneOf('169.254.169.254', 'http://[fd00:ec2::254]/latest', '169.254.170.2', '');
const files = fc.dictionary(oneOf('run.sh', 'NO_PROXY', 'no_proxy', 'no-proxy'), metadata).map((data) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x' },
  data,
}));

/**
 * An object made at random of all that the lint's rules read, for comparing it with the admission policy. A few of them no API server takes: a host port
 * given twice, privileges in spite of `allowPrivilegeEscalation: false`.
 */
export const anyObject: fc.Arbitrary<LintedObject> = fc
  .oneof(
    { weight: 12, arbitrary: pods },
    ...[claims, volumes, targets, files].map((arbitrary) => ({ weight: 1, arbitrary })),
  )
  // As it is read from a file: what is undefined is not there.
  .map((object) => JSON.parse(JSON.stringify(object)) as LintedObject);
