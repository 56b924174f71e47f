import * as fc from 'fast-check';
import type { LintedContainer, LintedPodSpec, LintedVolume } from './objects.ts';
import { claim } from './plain-pod.ts';

/** One of these, and as a rule none: then the field is not there, or it is null, which is the same. */
export function seldom<T>(...values: (T | fc.Arbitrary<T>)[]): fc.Arbitrary<T | null | undefined> {
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: oneOf(...values) },
  );
}

/** One of these, each as often as another. */
export function oneOf<T>(...values: (T | fc.Arbitrary<T>)[]): fc.Arbitrary<T> {
  return fc.oneof(...values.map((one) => (one instanceof fc.Arbitrary ? one : fc.constant(one))));
}

const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 2 });

const amounts = fc.record({
  cpu: oneOf<string | number | undefined>(
    undefined,
    undefined,
    '100m',
    0.5,
    1,
    '1e1',
    '500000u',
    '8',
    '8001m',
    '16',
    '16001m',
  ),
  memory: oneOf<string | number | undefined>(
    undefined,
    undefined,
    '512M',
    1_073_741_824,
    '64e9',
    '119.75Gi',
    '128.6e9',
  ),
  'ephemeral-storage': oneOf<string | number | undefined>(undefined, undefined, 0, '20Gi', '87.5Gi', '175Gi', '188e9'),
});
const device = oneOf('nvidia.com/gpu', 'vpc.amazonaws.com/pod-eni', 'smarter-devices/fuse');
/** A limit that is below its request no API server takes: both are given alike. */
const resources = fc.oneof(
  { weight: 4, arbitrary: fc.record({ requests: amounts }) },
  { weight: 4, arbitrary: fc.record({ limits: amounts }) },
  { weight: 4, arbitrary: amounts.map((both) => ({ requests: both, limits: both })) },
  { weight: 1, arbitrary: device.map((name) => ({ limits: { [name]: 1 } })) },
);

const text = fc.oneof(
  { weight: 12, arbitrary: oneOf('sh', '-c', '169.254.170.2', 'fd00:ec2::253') },
  { weight: 1, arbitrary: oneOf('curl http://169.254.169.254/latest/meta-data/', '[fd00:ec2::254]') },
);
const env = fc.record({
  name: oneOf('NO_PROXY', 'no_proxy', 'No_Proxy', 'HOST'),
  value: seldom(text),
});
const port = fc.record({
  containerPort: fc.integer({ min: 1, max: 65_535 }),
  hostPort: seldom(0, fc.integer({ min: 1, max: 65_535 })),
  hostIP: seldom('', '127.0.0.1'),
});
const capability = oneOf(
  ...['NET_BIND_SERVICE', 'CHOWN', 'KILL', 'SYS_CHROOT', 'AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SETPCAP', 'FSETID'],
  ...['SYS_PTRACE', 'CAP_CHOWN', 'chown', 'ALL'],
);
const securityContext = fc.record({
  privileged: seldom(true, false),
  allowPrivilegeEscalation: seldom(true, false),
  capabilities: oneOf<object | undefined>(fc.record({ add: few(capability) }), { drop: ['ALL'] }, undefined),
  runAsUser: seldom(0),
});

const container = fc.record({
  image: fc.constant('busybox'),
  command: seldom(few(text)),
  args: seldom(few(text)),
  env: seldom(few(env)),
  ports: seldom(few(port)),
  resources: oneOf<object | undefined>(undefined, {}, resources),
  securityContext: oneOf<object | undefined>(undefined, {}, securityContext),
});

/** A volume of each kind, the one without a kind included: an emptyDir. */
const volume = oneOf<object>(
  {},
  ...[{ hostPath: null }, { emptyDir: {} }, { emptyDir: { medium: 'Memory' } }, { configMap: { name: 'x' } }],
  ...[{ secret: { secretName: 'x' } }, { projected: { sources: [] } }, { downwardAPI: {} }],
  ...[{ persistentVolumeClaim: { claimName: 'x' } }, { nfs: { server: 'x', path: '/' } }],
  ...[{ hostPath: { path: '/x' } }, { awsElasticBlockStore: { volumeID: 'x' } }, { csi: { driver: 'x' } }],
  ...[{ csi: { driver: 'efs.csi.aws.com' } }, { gcePersistentDisk: { pdName: 'x' } }],
  { ephemeral: { volumeClaimTemplate: { spec: claim({}) } } },
);

const label = oneOf(
  ...['eks.amazonaws.com/compute-type', 'kubernetes.io/arch', 'beta.kubernetes.io/os', 'kubernetes.io/hostname'],
  ...['topology.kubernetes.io/zone', 'eks.amazonaws.com/nodegroup'],
);
const value = oneOf('fargate', 'amd64', 'linux', 'arm64', 'a-zone');
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 3 });
const expression = oneOf<object>(
  fc.record({ key: label, operator: oneOf('In', 'NotIn'), values }),
  fc.record({ key: label, operator: oneOf('Exists', 'DoesNotExist') }),
  fc.record({ key: label, operator: oneOf('Gt', 'Lt'), values: fc.constant(['4']) }),
);
const field = fc.record({
  key: fc.constant('metadata.name'),
  operator: oneOf('In', 'NotIn'),
  values: fc.constant(['x']),
});
const term = fc.record({
  matchExpressions: oneOf<object[] | undefined>(
    fc.tuple(expression),
    fc.array(expression, { maxLength: 2 }),
    undefined,
  ),
  matchFields: seldom(fc.tuple(field)),
});
const affinity = fc.array(term, { minLength: 1, maxLength: 2 }).map((nodeSelectorTerms) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
  },
}));

const named = <T extends object>(list: fc.Arbitrary<T[]>, prefix: string) =>
  list.map((all) => all.map((one, i) => ({ name: `${prefix}${i}`, ...one })));
const init = fc
  .record({ one: container, restartPolicy: oneOf<string | undefined>(undefined, 'Always') })
  .map(({ one, ...rest }) => ({ ...one, ...rest }));

/** A pod made at random of all that the lint's rules read; what is undefined is not there. */
export const anyPod: fc.Arbitrary<LintedPodSpec> = fc
  .record({
    containers: named(fc.array(container, { minLength: 1, maxLength: 3 }), 'c') as fc.Arbitrary<LintedContainer[]>,
    initContainers: named(few(init), 'i') as fc.Arbitrary<LintedContainer[]>,
    volumes: seldom(named(few(volume), 'v') as fc.Arbitrary<LintedVolume[]>),
    hostNetwork: seldom(false, false, true),
    hostPID: seldom(false, false, true),
    hostIPC: seldom(false, false, true),
    nodeName: seldom('', 'ip-10-0-0-1'),
    nodeSelector: seldom(fc.dictionary(label, value, { maxKeys: 1 })),
    os: seldom({ name: 'linux' }, { name: 'windows' }),
    affinity: oneOf<object | undefined>(undefined, undefined, {}, affinity),
    resources: seldom<object>(
      fc.record({ requests: fc.record({ cpu: oneOf('1', '17'), memory: oneOf('1Gi', '130Gi') }) }),
    ),
  })
  .map((spec) => spec as LintedPodSpec);
