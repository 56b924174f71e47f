import type { AwsSettings } from '../settings.ts';
import type { Check } from './check.ts';
import { domain, domainHealth, engineVersion } from './domain.ts';
import { clusterHealth, reachable, signature } from './domain-access.ts';
import { eksCluster } from './eks-cluster.ts';
import { fargateProfile } from './fargate-profile.ts';
import { clock, credentials } from './identity.ts';
import { apiServer, coreDns, kubeContext } from './kube.ts';
import { podsRole, podsSecret } from './pods-credentials.ts';
import { price, quota } from './quota-and-price.ts';
import { push, repository } from './repository.ts';
import { rights } from './rights.ts';
import { subnets } from './subnets.ts';
import { writeAndRead } from './write-and-read.ts';

/** All checks, in the order in which they are shown; each after those that it needs. */
export function checksFor({ pods }: Pick<AwsSettings, 'pods'>): Check[] {
  return [
    ...[credentials, clock, eksCluster, fargateProfile, subnets],
    ...[kubeContext, apiServer, rights, coreDns],
    ...[repository, push],
    ...[domain, domainHealth, engineVersion, reachable, signature, clusterHealth, writeAndRead],
    'role' in pods ? podsRole : podsSecret,
    ...[quota, price],
  ];
}
