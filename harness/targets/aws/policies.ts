import { IAM_ACTIONS } from './apis.ts';
import { fits } from './wildcards.ts';

/** What `docker push` asks of ECR beside its password: ECR User Guide, "IAM permissions for pushing an image". */
const PUSH_ACTIONS = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
  'ecr:BatchGetImage',
] as const;

/**
 * Whose actions a policy allows: of the person or the CI that runs the harness, of the pods (fluentd, and the edge that passes on what fluentd sends), and,
 * by the trust policy of the pods' role, of whoever asks STS without a signature.
 */
export type Actor = 'person' | 'pods' | 'anonymous';

/** Every IAM action that a run takes; the policies in docs/aws/ allow these and no others. */
export const ACTIONS: Record<Actor, readonly string[]> = {
  person: [
    ...new Set([...Object.values(IAM_ACTIONS).flat(), ...PUSH_ACTIONS]),
    ...['es:ESHttpGet', 'es:ESHttpPost', 'es:ESHttpDelete'],
  ],
  pods: ['es:ESHttpPost', 'es:ESHttpGet'],
  anonymous: ['sts:AssumeRoleWithWebIdentity'],
};

/** An IAM policy, as far as those of this project go: they allow, and deny nothing. */
export interface Policy {
  Statement: {
    Effect: 'Allow';
    Action: string | string[];
    Resource?: string | string[];
  }[];
}

export type Policies = Record<Actor, Policy>;

/** Something that was done, and by whom. */
export interface SeenAction {
  by: Actor;
  /** `eks:DescribeCluster` */
  action: string;
}

/** The actions, or patterns of such, that a policy allows. */
export function actionsOf({ Statement }: Policy): string[] {
  return Statement.flatMap(({ Action }) => Action);
}

/** Whether a policy allows an action on a resource (an ARN), as IAM evaluates it; on some resource, where none is named. */
export function allows({ Statement }: Policy, action: string, resource?: string): boolean {
  return Statement.some(
    ({ Action, Resource = [] }) =>
      [Action].flat().some((one) => fits(one.toLowerCase(), action.toLowerCase())) &&
      (resource === undefined || [Resource].flat().some((one) => fits(one, resource))),
  );
}

/** What was done and is not allowed, each once. */
export function notCovered(policies: Policies, seen: readonly SeenAction[]): SeenAction[] {
  return once(seen.filter(({ by, action }) => !allows(policies[by], action)));
}

/** What is allowed and was not done. */
export function unused(policies: Policies, seen: readonly SeenAction[]): SeenAction[] {
  const allowed = (Object.keys(policies) as Actor[]).flatMap((by) =>
    actionsOf(policies[by]).map((action) => ({ by, action })),
  );
  return once(allowed.filter((one) => !seen.some(({ by, action }) => by === one.by && fits(one.action, action))));
}

function once(all: readonly SeenAction[]): SeenAction[] {
  return [...new Map(all.map((one) => [`${one.by} ${one.action}`, one])).values()];
}
