import type { KubernetesObject, V1Deployment, V1PodSpec } from '@kubernetes/client-node';
import { ROLE_ANNOTATION } from '../targets/aws/service-account.ts';

const TOKEN = { name: 'aws-iam-token', folder: '/var/run/secrets/eks.amazonaws.com/serviceaccount' };

/**
 * Does to pods what EKS's pod identity webhook does (amazon-eks-pod-identity-webhook, README): a pod whose service account names an IAM role gets the
 * account's token for STS as a file, and the variables by which SDKs find it.
 */
export class PodIdentity {
  readonly #roles = new Map<string, string>();
  readonly #region: string;
  readonly #stsUrl: string;

  /** `stsUrl`: where pods reach STS, which on AWS they know by themselves. */
  constructor(region: string, stsUrl: string) {
    this.#region = region;
    this.#stsUrl = stsUrl;
  }

  /** An object as it would be once it was admitted. */
  admit(object: KubernetesObject): KubernetesObject {
    const { name, namespace, annotations } = object.metadata ?? {};
    const role = annotations?.[ROLE_ANNOTATION];
    if (object.kind === 'ServiceAccount' && role) this.#roles.set(`${namespace}/${name}`, role);
    if (object.kind !== 'Deployment') return object;
    const changed = structuredClone(object) as V1Deployment;
    const spec = changed.spec!.template.spec!;
    const granted = this.#roles.get(`${namespace}/${spec.serviceAccountName}`);
    if (!granted) return object;
    this.#grant(spec, granted);
    return changed as KubernetesObject;
  }

  #grant(spec: V1PodSpec, role: string): void {
    const { name, folder } = TOKEN;
    const variables = {
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
      AWS_DEFAULT_REGION: this.#region,
      AWS_REGION: this.#region,
      AWS_ROLE_ARN: role,
      AWS_WEB_IDENTITY_TOKEN_FILE: `${folder}/token`,
      AWS_ENDPOINT_URL_STS: this.#stsUrl,
    };
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      const set = new Set(container.env?.map((variable) => variable.name));
      const missing = Object.entries(variables).filter(([variable]) => !set.has(variable));
      container.env = [...(container.env ?? []), ...missing.map(([variable, value]) => ({ name: variable, value }))];
      container.volumeMounts = [...(container.volumeMounts ?? []), { name, mountPath: folder, readOnly: true }];
    }
    const source = { audience: 'sts.amazonaws.com', expirationSeconds: 86_400, path: 'token' };
    spec.volumes = [...(spec.volumes ?? []), { name, projected: { sources: [{ serviceAccountToken: source }] } }];
  }
}
