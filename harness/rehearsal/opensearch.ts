import { type Api, arnOf, type Input, type Stage } from './api.ts';
import { AwsError } from './errors.ts';
import type { World } from './world.ts';

/** The OpenSearch Service: one domain with one small node, whose front door caps bodies at 10 MiB. */
export const opensearch: Api = {
  protocol: 'rest',
  service: 'es',
  version: '2021-01-01',
  paths: {
    DescribeDomain: 'GET /2021-01-01/opensearch/domain/{domain}',
    DescribeDomainHealth: 'GET /2021-01-01/opensearch/domain/{domain}/health',
  },
  operations: {
    DescribeDomain: {
      resource: domainArn,
      answer: (input, stage) => ({ DomainStatus: statusOf(input, stage) }),
    },
    DescribeDomainHealth: {
      resource: domainArn,
      answer(input, stage) {
        there(input, stage);
        const red = stage.plants.has('opensearch=red');
        return {
          DomainState: stage.plants.has('opensearch=processing') ? 'Processing' : 'Active',
          ClusterHealth: red ? 'Red' : 'Green',
          AvailabilityZoneCount: '1',
          ActiveAvailabilityZoneCount: '1',
          StandByAvailabilityZoneCount: '0',
          DataNodeCount: '1',
          DedicatedMaster: false,
          WarmNodeCount: '0',
          TotalShards: '6',
          TotalUnAssignedShards: red ? '1' : '0',
        };
      },
    },
  },
};

function statusOf(input: Input, { world, plants }: Stage): object {
  there(input, { world, plants });
  const { name, endpoint, engineVersion } = world.domain;
  const processing = plants.has('opensearch=processing');
  return {
    DomainId: `${world.account}/${name}`,
    DomainName: name,
    ARN: domainArn(input, world),
    Created: true,
    Deleted: false,
    // AWS names the host alone.
    Endpoint: new URL(endpoint).host,
    Processing: processing,
    UpgradeProcessing: false,
    DomainProcessingStatus: processing ? 'Modifying' : 'Active',
    EngineVersion: engineVersion,
    ClusterConfig: {
      InstanceType: 't3.small.search',
      InstanceCount: 1,
      DedicatedMasterEnabled: false,
      ZoneAwarenessEnabled: false,
      WarmEnabled: false,
    },
    EBSOptions: { EBSEnabled: true, VolumeType: 'gp3', VolumeSize: 100 },
    AdvancedSecurityOptions: { Enabled: true, InternalUserDatabaseEnabled: false },
    DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: 'Policy-Min-TLS-1-2-PFS-2023-10' },
    EncryptionAtRestOptions: { Enabled: true },
    NodeToNodeEncryptionOptions: { Enabled: true },
  };
}

function there({ domain }: Input, { world, plants }: Pick<Stage, 'world' | 'plants'>): void {
  if (domain !== world.domain.name || plants.has('opensearch=absent'))
    throw new AwsError('ResourceNotFoundException', `Domain not found: ${domain}`, 409);
}

function domainArn({ domain }: Input, world: World): string {
  return arnOf('es', world, `domain/${domain}`);
}
