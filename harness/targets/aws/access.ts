import type { KubeConfig } from '@kubernetes/client-node';
import type { Cluster } from '../kube/cluster.ts';
import type { AwsApis } from './apis.ts';
import type { Keys } from './domain-client.ts';
import type { AwsSettings } from './settings.ts';

/** What a run on AWS is reached by: an account, a cluster, a domain. A rehearsal gives others of the same kinds. */
export interface AwsAccess {
  settings: AwsSettings;
  apis: AwsApis;
  /** The person's keys, anew when they are about to expire. */
  credentials(): Promise<Keys>;
  kubeconfig: KubeConfig;
  cluster(context: string): Cluster;
  /** Brings an image to the nodes where they cannot pull it themselves. */
  stage?: (reference: string) => Promise<void>;
  /** It is a rehearsal: in what it differs from what it stands for. */
  rehearsal?: readonly string[];
}
