import type { KubernetesObject, V1Container, V1Deployment } from '@kubernetes/client-node';
import type { AccessKey } from '../../core/target.ts';
import { CREDENTIALS, DOMAIN } from '../kube/local-domain.ts';
import { RUN_LABEL } from '../kube/run-label.ts';

/** Name of its Deployment and container. */
export const EDGE_NAME = 'efk-edge';

/** Labels of its pods, by which a Fargate profile may select them. */
export const EDGE_LABELS = { app: EDGE_NAME };
const KEYS = 'efk-edge-keys';
const UPSTREAM = 'efk-edge-upstream';
export const EDGE_PORTS = { plain: DOMAIN.port, admin: 9201, tls: 9443 } as const;
export interface EdgePodOptions {
  namespace: string;
  /** The run of the whole command, whose label the edge carries: it outlives the scenarios of its lane. */
  run: string;
  image: string;
  /** The domain, as pods reach it. */
  backend: string;
  region: string;
  /** How it signs what it passes on: as the service account of that name, or with a key pair. */
  upstream: { serviceAccount: string } | { key: AccessKey };
  slowness: number;
  signal: AbortSignal;
}

/** Where pods reach an edge that stands in their namespace. */
export const EDGE_ENDPOINTS = {
  http: { host: DOMAIN.host, port: EDGE_PORTS.plain, scheme: 'http' },
  https: { host: DOMAIN.host, port: EDGE_PORTS.tls, scheme: 'https' },
} as const;

/** All that an edge consists of. No key stands in an argument. */
export function edgeObjects(options: EdgePodOptions): KubernetesObject[] {
  const { namespace, run, upstream } = options;
  const metadata = (name: string) => ({ name, namespace, labels: { [RUN_LABEL]: run } });
  const secret = (name: string, stringData: Record<string, string>) =>
    ({ apiVersion: 'v1', kind: 'Secret', metadata: metadata(name), stringData }) as KubernetesObject;
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(DOMAIN.host),
    spec: {
      selector: { app: EDGE_NAME },
      ports: [
        { name: 'http', port: EDGE_PORTS.plain },
        { name: 'https', port: EDGE_PORTS.tls },
      ],
    },
  };
  return [
    secret(KEYS, { EDGE_ACCESS_KEY: CREDENTIALS.accessKeyId, EDGE_SECRET_KEY: CREDENTIALS.secretAccessKey }),
    ...('key' in upstream
      ? [
          secret(UPSTREAM, {
            AWS_ACCESS_KEY: upstream.key.accessKeyId,
            AWS_ACCESS_SECRET: upstream.key.secretAccessKey,
          }),
        ]
      : []),
    service as KubernetesObject,
    edgeDeployment(options, 1) as KubernetesObject,
  ];
}

/** Its Deployment, with so many pods. */
export function edgeDeployment(options: EdgePodOptions, replicas: number): V1Deployment {
  const { namespace, run, upstream } = options;
  const labels = { app: EDGE_NAME, [RUN_LABEL]: run };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: EDGE_NAME, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: EDGE_NAME } },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          ...('serviceAccount' in upstream ? { serviceAccountName: upstream.serviceAccount } : {}),
          // The token of the service account is readable by this group.
          securityContext: { runAsNonRoot: true, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [containerOf(options)],
        },
      },
    },
  };
}

function containerOf({ image, backend, region, upstream }: EdgePodOptions): V1Container {
  const from = (name: string) => ({ secretRef: { name } });
  return {
    name: EDGE_NAME,
    image,
    imagePullPolicy: 'IfNotPresent',
    args: [
      ...[
        '--port',
        String(EDGE_PORTS.plain),
        '--admin-port',
        String(EDGE_PORTS.admin),
        '--tls-port',
        String(EDGE_PORTS.tls),
      ],
      ...['--backend', backend, '--sign-region', region],
    ],
    envFrom: [from(KEYS), ...('key' in upstream ? [from(UPSTREAM)] : [])],
    env: [{ name: 'AWS_REGION', value: region }],
    ports: [
      { name: 'http', containerPort: EDGE_PORTS.plain },
      { name: 'https', containerPort: EDGE_PORTS.tls },
      { name: 'admin', containerPort: EDGE_PORTS.admin },
    ],
    readinessProbe: { httpGet: { path: '/healthz', port: 'admin' }, periodSeconds: 1 },
    // The next larger size of Fargate than the smallest: what it passes on it reads, checks and signs.
    resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { memory: '512Mi' } },
    securityContext: { runAsUser: 1000, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}
