import type { FargateProfile } from '../apis/cluster-apis.ts';
import type { AwsSettings } from '../settings.ts';
import { bad, defineCheck, namespacesOf, ok, type PodKind } from './check.ts';
import { EKS_CLUSTER } from './eks-cluster.ts';
import { misfits, nearest, selectorText, selects } from './selectors.ts';

export const FARGATE_PROFILE = 'Fargate profile';

export const fargateProfile = defineCheck(FARGATE_PROFILE, [EKS_CLUSTER], async ({ apis, settings, pods }) => {
  const profiles = await apis.fargateProfiles(settings.cluster);
  const missed = wanted(settings, pods).find((pod) => !takerOf(profiles.filter(isActive), pod));
  if (!missed) {
    const names = new Set(wanted(settings, pods).map((pod) => takerOf(profiles, pod)!.name));
    return ok(`${[...names].join(', ')} takes ${namespacesOf(settings).join(', ')}`);
  }
  const coming = takerOf(profiles, missed);
  if (!coming) return bad(whatIsNearest(profiles, missed, settings), newProfile(profiles, settings));
  return coming.status === 'CREATING'
    ? bad(
        `${coming.name} is being created`,
        `wait: aws eks wait fargate-profile-active --cluster-name ${settings.cluster} --fargate-profile-name ${coming.name}`,
      )
    : bad(`${coming.name}, which would take the pods, is ${coming.status}`, newProfile(profiles, settings));
});

/** Profiles that are ACTIVE and take a pod of the run. */
export function takersOf(profiles: readonly FargateProfile[], pods: readonly PodKind[]): FargateProfile[] {
  return profiles.filter((one) => isActive(one) && one.selectors.some((s) => pods.some((pod) => selects(s, pod))));
}

/** The pods of the run; of lanes that no pod is told of, the namespace alone must be taken. */
function wanted(settings: AwsSettings, pods: readonly PodKind[]): PodKind[] {
  const told = new Set(pods.map(({ namespace }) => namespace));
  const labels = pods[0]?.labels ?? {};
  const others = namespacesOf(settings).filter((namespace) => !told.has(namespace));
  return [...pods, ...others.map((namespace) => ({ namespace, labels }))];
}

function isActive({ status }: FargateProfile): boolean {
  return status === 'ACTIVE';
}

function takerOf(profiles: readonly FargateProfile[], pod: PodKind): FargateProfile | undefined {
  const taking = profiles.filter(({ selectors }) => selectors.some((one) => selects(one, pod)));
  return taking.find(isActive) ?? taking[0];
}

function whatIsNearest(profiles: readonly FargateProfile[], pod: PodKind, { cluster }: AwsSettings): string {
  const selectors = profiles.flatMap(({ name, selectors }) => selectors.map((one) => ({ ...one, name })));
  const best = nearest(selectors, pod);
  if (!best) return `${cluster} has no Fargate profile with a selector`;
  const labels = Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`);
  return `no profile takes a pod of ${[pod.namespace, ...labels].join(', ')}; nearest is ${best.name} (${selectorText(best)}): ${misfits(best, pod).join('; ')}`;
}

/** A profile cannot be changed, only be made anew: with role and subnets of one that is there. */
function newProfile(profiles: readonly FargateProfile[], settings: AwsSettings): string {
  const like = profiles.find(isActive) ?? profiles[0];
  const taken = profiles.some((one) => one.name === settings.namespace);
  const name = taken ? `${settings.namespace}-${profiles.length + 1}` : settings.namespace;
  const selector = settings.lanes > 1 ? `${settings.namespace}*` : settings.namespace;
  return [
    `add a profile: aws eks create-fargate-profile --region ${settings.region} --cluster-name ${settings.cluster}`,
    `--fargate-profile-name ${name} --selectors namespace='${selector}'`,
    `--pod-execution-role-arn ${like?.executionRole || 'ARN_OF_A_POD_EXECUTION_ROLE'}`,
    `--subnets ${like?.subnets.join(' ') || 'PRIVATE_SUBNET …'}`,
  ].join(' ');
}
