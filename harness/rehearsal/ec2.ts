import { type Api, arnOf, type Input } from './api.ts';
import { AwsError } from './errors.ts';
import { FREE_ADDRESSES, SUBNETS, VPC } from './network.ts';
import { listOf } from './route.ts';

/** EC2, as far as Fargate needs it: subnets. */
export const ec2: Api = {
  protocol: 'ec2',
  service: 'ec2',
  version: '2016-11-15',
  operations: {
    DescribeSubnets: {
      resource: () => '*',
      answer(input, { world, plants }) {
        const subnetSet = asked(input).map(({ id, zone, cidr }) => ({
          subnetId: id,
          subnetArn: arnOf('ec2', world, `subnet/${id}`),
          state: 'available',
          vpcId: VPC,
          cidrBlock: cidr,
          availableIpAddressCount: plants.has('ec2=full') ? 0 : FREE_ADDRESSES,
          availabilityZone: `${world.region}${zone}`,
          defaultForAz: false,
          mapPublicIpOnLaunch: false,
          ownerId: world.account,
          tagSet: [],
        }));
        return { subnetSet };
      },
    },
  },
};

/** Subnets by their ids; all where none is named. */
function asked(input: Input): typeof SUBNETS {
  const filter = input['Filter.1.Name'];
  if (filter !== undefined) throw new AwsError('InvalidParameterValue', `The filter '${filter}' is invalid`);
  const ids = listOf(input, 'SubnetId');
  const unknown = ids.find((id) => !SUBNETS.some((subnet) => subnet.id === id));
  if (unknown !== undefined)
    throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${unknown}' does not exist`);
  return ids.length === 0 ? SUBNETS : SUBNETS.filter(({ id }) => ids.includes(id));
}
