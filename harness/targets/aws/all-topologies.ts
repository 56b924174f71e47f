import type { Blueprint } from '../kube/blueprint.ts';
import type { Part } from '../kube/topology.ts';
import type { BlueprintOf } from './blueprints.ts';
import { type AwsWork, sizeOf } from './plan.ts';

/**
 * Renders every topology that the work asks for, so that what Fargate would refuse is told of at once. Returns the work with the size of its pods, and the
 * pipeline's own blueprint with the parts of all of them: a Fargate profile must select each.
 */
export async function inAllTopologies(
  asked: readonly AwsWork[],
  blueprint: BlueprintOf,
  own: Blueprint,
): Promise<{ work: AwsWork[]; widest: Blueprint }> {
  const parts = [...own.parts];
  const work: AwsWork[] = [];
  for (const one of asked) {
    const its = one.topology === undefined ? own : await blueprint(one.topology);
    const known = new Set(parts.map(labelsText));
    parts.push(...its.parts.filter((part) => !known.has(labelsText(part))));
    work.push({ ...one, pod: sizeOf(its) });
  }
  return { work, widest: { ...own, parts } };
}

function labelsText({ deployment }: Part): string {
  return JSON.stringify(deployment.spec!.template.metadata?.labels ?? {});
}
