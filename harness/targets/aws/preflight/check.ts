import type { KubeConfig } from '@kubernetes/client-node';
import type { Client } from '@opensearch-project/opensearch';
import type { CheckResult } from '../../../core/check-result.ts';
import type { Cluster } from '../../kube/cluster.ts';
import type { AwsApis } from '../apis.ts';
import type { AwsSettings } from '../settings.ts';

/** What the checks ask a Kubernetes API server. */
export type KubeQuestions = Pick<Cluster, 'version' | 'may' | 'secretKeys' | 'resolves'>;

/** All that the checks look at. */
export interface PreflightContext {
  settings: AwsSettings;
  apis: AwsApis;
  /** The domain, with requests signed by the credentials of {@link apis}. */
  domain: Pick<Client, 'transport'>;
  kubeconfig: KubeConfig;
  /** The API server of a context of the kubeconfig. */
  kube(context: string): KubeQuestions;
  /** Every kind of pod that a run starts: where, and with which labels. */
  pods: readonly PodKind[];
  /** What runs at once at most: pods, and vCPU as Fargate counts them. */
  atOnce: { pods: number; vcpu: number };
}

export interface PodKind {
  namespace: string;
  labels: Record<string, string>;
}

/** What a check saw; a `bad` one always has a fix. */
export type Seen = Omit<CheckResult, 'check'>;

/** One question that is asked before anything is started. */
export interface Check {
  name: string;
  /** Checks without which this one cannot tell anything; it is looked at once they are not bad. */
  after?: readonly string[];
  look(context: PreflightContext): Promise<CheckResult>;
}

export function defineCheck(
  name: string,
  after: readonly string[],
  look: (context: PreflightContext) => Promise<Seen>,
): Check {
  return { name, after, look: async (context) => ({ check: name, ...(await look(context)) }) };
}

export function ok(saw: string): Seen {
  return { state: 'ok', saw };
}

export function warn(saw: string, fix: string): Seen {
  return { state: 'warn', saw, fix };
}

export function bad(saw: string, fix: string): Seen {
  return { state: 'bad', saw, fix };
}

/** Namespaces of the lanes: `efk-harness`, `efk-harness-2`, `efk-harness-3`. */
export function namespacesOf({ namespace, lanes }: Pick<AwsSettings, 'namespace' | 'lanes'>): string[] {
  return Array.from({ length: lanes }, (_, i) => (i === 0 ? namespace : `${namespace}-${i + 1}`));
}
