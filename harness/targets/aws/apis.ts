import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { once } from '../../core/once.ts';
import { ACCOUNT_ACTIONS, type AccountApis, accountApis } from './apis/account-apis.ts';
import { type Credentials, PATIENCE } from './apis/asking.ts';
import { CLUSTER_ACTIONS, type ClusterApis, clusterApis } from './apis/cluster-apis.ts';
import { DOMAIN_ACTIONS, type DomainApis, domainApis } from './apis/domain-apis.ts';
import { PRICE_ACTIONS, type PriceApis, priceApis } from './apis/price-apis.ts';
import { REGISTRY_ACTIONS, type RegistryApis, registryApis } from './apis/registry-apis.ts';

/**
 * All that the harness asks AWS, in one region; nothing of it changes anything. Every question throws an AwsError that names the IAM action to allow, and
 * says undefined of what is not there.
 */
export interface AwsApis extends AccountApis, ClusterApis, RegistryApis, DomainApis, PriceApis {}

/** The IAM actions that each question takes; docs/aws.md has them as a policy. */
export const IAM_ACTIONS = {
  ...ACCOUNT_ACTIONS,
  ...CLUSTER_ACTIONS,
  ...REGISTRY_ACTIONS,
  ...DOMAIN_ACTIONS,
  ...PRICE_ACTIONS,
} as const satisfies Record<keyof AwsApis, readonly string[]>;

/**
 * The APIs themselves. `credentials`: the SDK's default chain unless told, resolved once for all of them. What checks and estimate both want to know is
 * asked once; a question that failed is asked again.
 */
export function awsApis({
  region,
  credentials = defaultProvider({ clientConfig: { region } }),
}: {
  region: string;
  credentials?: Credentials;
}): AwsApis & Disposable {
  const settings = { region, credentials, requestHandler: PATIENCE };
  const parts = [accountApis, clusterApis, registryApis, domainApis, priceApis].map((make) => make(settings));
  const all = Object.assign({}, ...parts) as AwsApis;
  return {
    ...all,
    domain: once(all.domain),
    fargatePrice: once(all.fargatePrice),
    [Symbol.dispose]() {
      for (const part of parts) part[Symbol.dispose]();
    },
  };
}
