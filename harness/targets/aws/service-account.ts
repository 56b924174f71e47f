import type { KubernetesObject } from '@kubernetes/client-node';
import { RUN_LABEL } from '../kube/run-label.ts';

/** Name of the service account that overlays/aws gives the pods; the role's trust policy lets it in. */
export const SERVICE_ACCOUNT = 'efk-sidecar';

/** By it EKS gives the pods of a service account an IAM role: its webhook mounts a token and sets the variables that the SDKs read. */
export const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn';

/** The service account of a lane's pods, with an IAM role. */
export function serviceAccountOf(namespace: string, run: string, role: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: SERVICE_ACCOUNT,
      namespace,
      labels: { [RUN_LABEL]: run },
      annotations: { [ROLE_ANNOTATION]: role },
    },
  };
}
