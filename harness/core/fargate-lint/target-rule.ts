import type { Rule } from './rule.ts';

/** How a load balancer is told to register nodes in place of pods, by the kind of the object that makes it. */
const ANNOTATIONS: Record<string, string> = {
  Service: 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type',
  Ingress: 'alb.ingress.kubernetes.io/target-type',
};

/** "Network Load Balancers and Application Load Balancers can be used with Fargate with IP targets only": EKS User Guide. Nothing said is not looked at. */
export const TARGET_RULE: Rule = {
  name: 'load-balancer-target',
  why: 'load balancers reach its pods as IP targets only, there is no instance of yours to register',
  fix: 'the target type ip',
  inObject: ({ kind, metadata }) => {
    const name = ANNOTATIONS[kind ?? ''] ?? '';
    const type = metadata?.annotations?.[name];
    return type === 'instance' ? [{ field: `metadata.annotations['${name}']`, saw: type }] : [];
  },
};
