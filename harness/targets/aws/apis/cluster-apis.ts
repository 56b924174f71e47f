import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  EKSClient,
  paginateListFargateProfiles,
} from '@aws-sdk/client-eks';
import { asked, type ClientSettings, given, ifThere } from './asking.ts';

/** An EKS cluster. `status`: CREATING, ACTIVE, DELETING, FAILED, UPDATING; `version`: `1.34`; `oidcIssuer`: a URL. */
export interface EksCluster {
  status: string;
  version: string;
  arn: string;
  endpoint: string;
  oidcIssuer?: string;
}

/** Which pods a profile runs: namespace, and all of the labels; `*` and `?` allowed. */
export interface Selector {
  namespace: string;
  labels: Record<string, string>;
}

export interface FargateProfile {
  name: string;
  /** CREATING, ACTIVE, DELETING, CREATE_FAILED, DELETE_FAILED. */
  status: string;
  selectors: Selector[];
  subnets: string[];
  /** ARN of the pod execution role. */
  executionRole: string;
}

export interface Subnet {
  id: string;
  freeAddresses: number;
  /** `ap-northeast-2a` */
  zone: string;
}

export interface ClusterApis {
  /** undefined: no cluster of that name. */
  cluster(name: string): Promise<EksCluster | undefined>;
  fargateProfiles(cluster: string): Promise<FargateProfile[]>;
  subnets(ids: readonly string[]): Promise<Subnet[]>;
}

export const CLUSTER_ACTIONS = {
  cluster: ['eks:DescribeCluster'],
  fargateProfiles: ['eks:ListFargateProfiles', 'eks:DescribeFargateProfile'],
  subnets: ['ec2:DescribeSubnets'],
} as const satisfies Record<keyof ClusterApis, readonly string[]>;

export function clusterApis(settings: ClientSettings): ClusterApis & Disposable {
  const eks = new EKSClient(settings);
  const ec2 = new EC2Client(settings);
  return {
    cluster: async (name) => {
      const answer = await ifThere('eks:DescribeCluster', () => eks.send(new DescribeClusterCommand({ name })));
      if (!answer) return undefined;
      const { status, version, arn, endpoint, identity } = given(answer.cluster, 'cluster');
      const oidcIssuer = identity?.oidc?.issuer;
      return {
        status: given(status, 'status of the cluster'),
        version: version ?? 'unknown',
        arn: given(arn, 'ARN of the cluster'),
        // One that is being created has none yet.
        endpoint: endpoint ?? '',
        ...(oidcIssuer ? { oidcIssuer } : {}),
      };
    },
    fargateProfiles: async (clusterName) => {
      const names = await asked('eks:ListFargateProfiles', async () => {
        const pages = await Array.fromAsync(paginateListFargateProfiles({ client: eks }, { clusterName }));
        return pages.flatMap((page) => page.fargateProfileNames ?? []);
      });
      return Promise.all(names.map((name) => profile(eks, clusterName, name)));
    },
    subnets: async (ids) => {
      const command = new DescribeSubnetsCommand({ SubnetIds: [...ids] });
      const { Subnets } = await asked('ec2:DescribeSubnets', () => ec2.send(command));
      return given(Subnets, 'subnets').map((one) => ({
        id: given(one.SubnetId, 'subnet'),
        freeAddresses: given(one.AvailableIpAddressCount, 'free addresses of the subnet'),
        zone: one.AvailabilityZone ?? '',
      }));
    },
    [Symbol.dispose]() {
      eks.destroy();
      ec2.destroy();
    },
  };
}

async function profile(eks: EKSClient, clusterName: string, name: string): Promise<FargateProfile> {
  const command = new DescribeFargateProfileCommand({ clusterName, fargateProfileName: name });
  const { fargateProfile } = await asked('eks:DescribeFargateProfile', () => eks.send(command));
  const { status, selectors, subnets, podExecutionRoleArn } = given(fargateProfile, 'Fargate profile');
  return {
    name,
    status: given(status, 'status of the Fargate profile'),
    selectors: (selectors ?? []).map(({ namespace, labels }) => ({ namespace: namespace ?? '', labels: labels ?? {} })),
    subnets: subnets ?? [],
    executionRole: podExecutionRoleArn ?? '',
  };
}
