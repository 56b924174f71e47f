import type { KubernetesObject, V1ConfigMap } from '@kubernetes/client-node';
import type { Anatomy } from './anatomy.ts';

const NAME = 'domain-certificate';
const FOLDER = '/etc/domain-certificate';

/**
 * Has fluentd's container trust a certificate, whatever its configuration says: OpenSSL, and so Ruby, reads SSL_CERT_FILE. Returns the ConfigMap that
 * the certificate lies in.
 */
export function trust(
  { fluentd, deployment, namespace }: Pick<Anatomy, 'fluentd' | 'deployment' | 'namespace'>,
  certificate: string,
): KubernetesObject {
  fluentd.env = [...(fluentd.env ?? []), { name: 'SSL_CERT_FILE', value: `${FOLDER}/certificate.pem` }];
  fluentd.volumeMounts = [...(fluentd.volumeMounts ?? []), { name: NAME, mountPath: FOLDER, readOnly: true }];
  const spec = deployment.spec!.template.spec!;
  spec.volumes = [...(spec.volumes ?? []), { name: NAME, configMap: { name: NAME } }];
  const configMap: V1ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace },
    data: { 'certificate.pem': certificate },
  };
  return configMap as KubernetesObject;
}
