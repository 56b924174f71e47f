import { DescribeDomainCommand, DescribeDomainHealthCommand, OpenSearchClient } from '@aws-sdk/client-opensearch';
import { asked, type ClientSettings, given, ifThere } from './asking.ts';

export interface Domain {
  /** `OpenSearch_2.19`, `Elasticsearch_7.10` */
  engineVersion: string;
  /** A change of its configuration or version is in progress. */
  processing: boolean;
  /** Fine-grained access control: users and roles of the domain's own. */
  fineGrained: boolean;
  /** Hosts: of the VPC, public, dual-stack, the owner's own. */
  endpoints: string[];
}

export interface DomainApis {
  /** undefined: the OpenSearch Service has no domain of that name in this account and region. */
  domain(name: string): Promise<Domain | undefined>;
  /** `Green`, `Yellow`, `Red`, `NotAvailable`. */
  domainHealth(name: string): Promise<string>;
}

export const DOMAIN_ACTIONS = {
  domain: ['es:DescribeDomain'],
  domainHealth: ['es:DescribeDomainHealth'],
} as const satisfies Record<keyof DomainApis, readonly string[]>;

export function domainApis(settings: ClientSettings): DomainApis & Disposable {
  const service = new OpenSearchClient(settings);
  return {
    domain: async (DomainName) => {
      const command = new DescribeDomainCommand({ DomainName });
      const answer = await ifThere('es:DescribeDomain', () => service.send(command));
      if (!answer) return undefined;
      const status = given(answer.DomainStatus, 'domain');
      const { Endpoint, EndpointV2, Endpoints = {}, DomainEndpointOptions } = status;
      const own = DomainEndpointOptions?.CustomEndpointEnabled ? DomainEndpointOptions.CustomEndpoint : undefined;
      const hosts = [Endpoint, EndpointV2, ...Object.values(Endpoints), own];
      return {
        engineVersion: given(status.EngineVersion, 'engine version of the domain'),
        processing: Boolean(status.Processing || status.UpgradeProcessing),
        fineGrained: Boolean(status.AdvancedSecurityOptions?.Enabled),
        endpoints: [...new Set(hosts.filter((one) => one !== undefined))],
      };
    },
    domainHealth: async (DomainName) => {
      const command = new DescribeDomainHealthCommand({ DomainName });
      const { ClusterHealth } = await asked('es:DescribeDomainHealth', () => service.send(command));
      return given(ClusterHealth, 'health of the domain');
    },
    [Symbol.dispose]: () => service.destroy(),
  };
}
