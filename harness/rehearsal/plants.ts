import type { RuleInput } from '../edge/rules.ts';
import { notMapped, readOnly, red, refusing, unreachable } from './domain-rules.ts';

/** The APIs that the stand-in answers, by the names that planted failures go by. */
export const API_NAMES = ['sts', 'eks', 'ec2', 'ecr', 'opensearch', 'iam', 'quotas', 'pricing'] as const;
export type ApiName = (typeof API_NAMES)[number];

/** A failure of AWS that can be planted, to see what the harness makes of it. */
export interface Plant {
  /** What plays it: an API, or the domain (an edge), the registry's password, the clock. */
  api: ApiName | 'domain' | 'registry' | 'clock';
  title: string;
}

const COMMON = {
  denied: 'every call is refused by IAM',
  throttled: 'every call is one too many',
  broken: 'every call ends in an internal failure',
} as const;

const OWN = {
  'sts=expired': 'the keys of who calls have run out',
  'eks=absent': 'there is no such cluster',
  'eks=creating': 'the cluster is still being made',
  'eks=profile-absent': 'the cluster has no Fargate profile',
  'eks=profile-other-namespace': 'the Fargate profile selects another namespace',
  'eks=profile-other-labels': 'the Fargate profile selects by labels that no pod has',
  'eks=profile-creating': 'the Fargate profile is still being made',
  'ec2=full': 'the subnets have no free address',
  'ecr=absent': 'there is no such repository',
  'ecr=push-denied': 'the repository may be read, not written',
  'opensearch=absent': 'there is no such domain',
  'opensearch=processing': 'the domain is being changed',
  'opensearch=red': 'the domain is red, by its own word and by the service’s',
  'iam=absent': 'there is no such role for the pods',
  'iam=trust-other-account': 'the role trusts another service account',
  'iam=trust-no-oidc': 'the role trusts the OIDC issuer of another cluster',
  'quotas=small': 'one vCPU of Fargate is allowed',
  'clock=late': 'AWS’ clock is ten minutes behind the one here',
  'registry=denied': 'the password for the registry is a wrong one',
  'domain=red': 'the domain says that it is red',
  'domain=denied': 'the access policy of the domain lets nobody in',
  'domain=not-mapped': 'the role has no permission by fine-grained access control',
  'domain=read-only': 'the domain blocks writes, as when its storage is short',
  'domain=unreachable': 'nothing answers at the domain’s endpoint, as behind a security group',
  'domain=signature': 'the domain finds every signature wrong',
} as const;

export type PlantName = `${ApiName}=${keyof typeof COMMON}` | keyof typeof OWN;

/** Every failure that can be planted, by its name. */
export const PLANTS = Object.fromEntries<Plant>([
  ...API_NAMES.flatMap((api) =>
    Object.entries(COMMON).map(([name, title]) => [`${api}=${name}`, { api, title }] as const),
  ),
  ...Object.entries(OWN).map(([name, title]) => [name, { api: name.split('=')[0] as Plant['api'], title }] as const),
]) as Record<PlantName, Plant>;

/** What the domain plays, for the IAM role of an ARN. */
const DOMAIN_RULES: Partial<Record<PlantName, (role: string) => RuleInput[]>> = {
  'domain=red': red,
  'opensearch=red': red,
  'domain=denied': () => refusing('not authorized'),
  'domain=not-mapped': notMapped,
  'domain=read-only': readOnly,
  'domain=unreachable': unreachable,
  'domain=signature': () => refusing('wrong signature'),
};

/** Planted failures that the domain has a part in, as rules of the edge. `role`: the ARN that fine-grained access control does not know. */
export function domainRulesOf(plants: readonly PlantName[], role = 'arn:aws:iam::123456789012:role/pods'): RuleInput[] {
  return plants.flatMap((plant) => DOMAIN_RULES[plant]?.(role) ?? []);
}

/** The names, known to be such; throws with all that are there where one is not. */
export function plantNames(names: readonly string[]): PlantName[] {
  const unknown = names.filter((name) => !Object.hasOwn(PLANTS, name));
  if (unknown.length === 0) return names as PlantName[];
  const known = Object.entries(PLANTS).map(([name, { title }]) => `  ${name}: ${title}`);
  throw new Error(`no planted failure is named ${unknown.join(', ')}; there are:\n${known.join('\n')}`);
}
