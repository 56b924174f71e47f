import { type Api, arnOf, type Input, type Stage } from './api.ts';
import { AwsError } from './errors.ts';
import { SUBNETS, VPC } from './network.ts';
import type { World } from './world.ts';

/** The Elastic Kubernetes Service: one cluster and its Fargate profile. */
export const eks: Api = {
  protocol: 'rest',
  service: 'eks',
  version: '2017-11-01',
  paths: {
    DescribeCluster: 'GET /clusters/{cluster}',
    ListFargateProfiles: 'GET /clusters/{cluster}/fargate-profiles',
    DescribeFargateProfile: 'GET /clusters/{cluster}/fargate-profiles/{profile}',
  },
  operations: {
    DescribeCluster: {
      resource: clusterArn,
      answer: (input, stage) => ({ cluster: clusterOf(input, stage) }),
    },
    ListFargateProfiles: {
      resource: clusterArn,
      answer(input, stage) {
        clusterOf(input, stage);
        return { fargateProfileNames: stage.plants.has('eks=profile-absent') ? [] : [stage.world.profile.name] };
      },
    },
    DescribeFargateProfile: {
      resource: ({ cluster, profile }, world) =>
        arnOf('eks', world, `fargateprofile/${cluster}/${profile}/${PROFILE_ID}`),
      answer: (input, stage) => ({ fargateProfile: profileOf(input, stage) }),
    },
  },
};

/** Of a Fargate profile's ARN. */
const PROFILE_ID = '2ac5a1b0-7d3e-4f1c-9b8a-6c0d1e2f3a4b';
/** 2026-01-01, in seconds since the epoch. */
const CREATED_AT = 1_767_225_600;

function clusterOf(input: Input, { world, plants }: Stage): object {
  const { name, version, endpoint, oidcIssuer } = world.cluster;
  if (input['cluster'] !== name || plants.has('eks=absent'))
    throw new AwsError('ResourceNotFoundException', `No cluster found for name: ${input['cluster']}.`, 404);
  const made = plants.has('eks=creating')
    ? { status: 'CREATING' }
    : { status: 'ACTIVE', endpoint, identity: { oidc: { issuer: oidcIssuer } } };
  return {
    name,
    version,
    arn: clusterArn(input, world),
    createdAt: CREATED_AT,
    platformVersion: 'eks.1',
    roleArn: `arn:aws:iam::${world.account}:role/eks-cluster`,
    resourcesVpcConfig: {
      vpcId: VPC,
      subnetIds: SUBNETS.map(({ id }) => id),
      securityGroupIds: [],
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
      publicAccessCidrs: ['0.0.0.0/0'],
    },
    accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
    health: { issues: [] },
    tags: {},
    ...made,
  };
}

function profileOf(input: Input, stage: Stage): object {
  clusterOf(input, stage);
  const { world, plants } = stage;
  const { name } = world.profile;
  if (input['profile'] !== name || plants.has('eks=profile-absent'))
    throw new AwsError('ResourceNotFoundException', `No Fargate Profile found with name: ${input['profile']}.`, 404);
  return {
    fargateProfileName: name,
    fargateProfileArn: arnOf('eks', world, `fargateprofile/${world.cluster.name}/${name}/${PROFILE_ID}`),
    clusterName: world.cluster.name,
    createdAt: CREATED_AT,
    podExecutionRoleArn: `arn:aws:iam::${world.account}:role/eks-fargate-pods`,
    subnets: SUBNETS.map(({ id }) => id),
    selectors: selectorsOf(stage),
    status: plants.has('eks=profile-creating') ? 'CREATING' : 'ACTIVE',
    health: { issues: [] },
    tags: {},
  };
}

function selectorsOf({ world: { profile }, plants }: Stage): World['profile']['selectors'] {
  return profile.selectors.map((selector) => ({
    ...selector,
    ...(plants.has('eks=profile-other-namespace') ? { namespace: 'another-namespace' } : {}),
    ...(plants.has('eks=profile-other-labels') ? { labels: { 'no-pod-has': 'this-label' } } : {}),
  }));
}

function clusterArn({ cluster }: Input, world: World): string {
  return arnOf('eks', world, `cluster/${cluster}`);
}
