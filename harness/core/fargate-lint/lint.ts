import { CONTAINER_RULES } from './container-rules.ts';
import { HOST_RULES } from './host-rules.ts';
import { METADATA_RULE } from './metadata-rule.ts';
import { NODE_RULE } from './node-rule.ts';
import { type LintedObject, podOf } from './objects.ts';
import { SIZE_RULES } from './pod-size.ts';
import { readable } from './readable.ts';
import type { Hit, Rule } from './rule.ts';
import { TARGET_RULE } from './target-rule.ts';
import { VOLUME_RULES } from './volume-rules.ts';

/** One thing in a manifest for which Fargate refuses a pod, or leaves it pending for ever. */
export interface FargateFinding {
  /** `Deployment testdeployment` */
  object: string;
  /** `spec.template.spec.containers[0].securityContext.privileged` */
  field: string;
  /** What stands there. */
  saw: string;
  rule: string;
  why: string;
  fix: string;
}

/**
 * All that Fargate refuses. Sources: EKS User Guide, "Simplify compute management with AWS Fargate"; what its scheduler says of pods; and what AWS's kubelet
 * there admits, as a fork has it (mahakagi/kubernetes, pkg/kubelet/lifecycle/fargate_pod_validator.go).
 */
export const FARGATE_RULES: readonly Rule[] = [
  ...HOST_RULES,
  ...CONTAINER_RULES,
  METADATA_RULE,
  ...VOLUME_RULES,
  NODE_RULE,
  TARGET_RULE,
  ...SIZE_RULES,
];

/** What Fargate would refuse in these objects, sorted by object and field. Throws UsageError for what no API server takes: a request that is no quantity, … */
export function fargateLint(manifests: readonly LintedObject[]): FargateFinding[] {
  const objects = manifests.map(readable);
  return objects
    .flatMap((object) =>
      FARGATE_RULES.flatMap((rule) => hitsOf(rule, object, objects).map((hit) => finding(rule, object, hit))),
    )
    .sort((a, b) => order(a.object, b.object) || order(a.field, b.field) || order(a.rule, b.rule));
}

/** A finding in one line, with its fix. */
export function findingText({ object, field, saw, why, fix }: FargateFinding): string {
  return `${object}: ${field} is ${saw}: Fargate refuses it, as ${why}; instead: ${fix}`;
}

function hitsOf({ inPod, inObject }: Rule, object: LintedObject, all: readonly LintedObject[]): Hit[] {
  const pod = podOf(object);
  const inside = pod && inPod ? inPod(pod.spec).map(({ field, saw }) => ({ field: `${pod.path}.${field}`, saw })) : [];
  return [...inside, ...(inObject?.(object, all) ?? [])];
}

function finding({ name, why, fix }: Rule, { kind, metadata }: LintedObject, { field, saw }: Hit): FargateFinding {
  return { object: `${kind} ${metadata?.name}`, field, saw, rule: name, why, fix };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
