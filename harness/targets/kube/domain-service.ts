import type { KubernetesObject } from '@kubernetes/client-node';
import { RUN_LABEL } from './run-label.ts';
import type { Endpoint } from './td-agent-conf.ts';

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
