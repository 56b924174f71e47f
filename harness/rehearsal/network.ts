/** The private subnets of the account, where Fargate puts pods, and their VPC. */
export const VPC = 'vpc-0a1b2c3d4e5f60718';
export const SUBNETS = [
  { id: 'subnet-0a1b2c3d4e5f60711', zone: 'a', cidr: '10.0.0.0/24' },
  { id: 'subnet-0a1b2c3d4e5f60712', zone: 'c', cidr: '10.0.1.0/24' },
];
/** Of 256 addresses AWS keeps five; a few are in use. */
export const FREE_ADDRESSES = 240;
