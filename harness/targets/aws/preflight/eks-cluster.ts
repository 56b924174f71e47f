import { bad, defineCheck, ok } from './check.ts';
import { CREDENTIALS } from './identity.ts';

export const EKS_CLUSTER = 'EKS cluster';

/** Native sidecars, init containers that restart, are on from 1.29: Kubernetes documentation, "Sidecar Containers". */
const NATIVE_SIDECARS = 29;

export const eksCluster = defineCheck(
  EKS_CLUSTER,
  [CREDENTIALS],
  async ({ apis, settings: { cluster: name, region } }) => {
    const cluster = await apis.cluster(name);
    if (!cluster)
      return bad(
        `there is no cluster ${name} in ${region}`,
        `correct cluster or region in aws.config.ts; aws eks list-clusters --region ${region} lists those that are there`,
      );
    const { status, version } = cluster;
    if (status === 'CREATING')
      return bad(`${name} is being created`, `wait: aws eks wait cluster-active --name ${name} --region ${region}`);
    // Nodes and API server go on during an update.
    if (status !== 'ACTIVE' && status !== 'UPDATING')
      return bad(
        `${name} is ${status}`,
        `take a cluster that is ACTIVE, or look: aws eks describe-cluster --name ${name}`,
      );
    if (Number(version.split('.')[1]) < NATIVE_SIDECARS)
      return bad(
        `${name} runs Kubernetes ${version}, which does not know native sidecars`,
        `update it to 1.${NATIVE_SIDECARS} or later: aws eks update-cluster-version --name ${name} --kubernetes-version …`,
      );
    return ok(`${name} is ${status}, Kubernetes ${version}`);
  },
);
