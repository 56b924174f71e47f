import type { KubernetesObject } from '@kubernetes/client-node';
import { parseDuration } from '../../core/duration.ts';
import type { FargatePrice } from '../../core/fargate.ts';
import { type BilledSize, type Estimate, estimate, type Work } from '../../core/fargate-bill.ts';
import { podOf } from '../../core/fargate-lint/objects.ts';
import { podSize } from '../../core/fargate-lint/pod-size.ts';
import { faultsOf, needsOf, plannedMs, type Scenario } from '../../core/scenario.ts';
import type { TopologyName } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import type { Blueprint } from '../kube/blueprint.ts';

/** What a scenario takes on Fargate beside its load, ms: a node and its images (75 s), the sidecar's start, and the end of it all. */
export const OVERHEAD_MS = 150_000;
/** So much longer than on a node of one's own, where it is 20 s, ms. */
export const SLOW_START_MS = OVERHEAD_MS - 20_000;
/** What a replaced pod takes, ms: its grace period, and another node. */
const REPLACED_MS = 150_000;

/** The size of the edge's pods; a test holds it to what edge-objects.ts asks for. */
export const EDGE_SIZE = { vcpu: 0.5, memoryGiB: 1, storageGiB: 20 };

/** A piece of work, whether it goes through the lane's edge, and its topology where that is not the pipeline's. */
export type AwsWork = Work & { edge: boolean; topology?: TopologyName };

/** What scenarios do, for reckoning its time and its price. */
export function workOf(scenarios: readonly Scenario[]): AwsWork[] {
  return scenarios.map((scenario) => {
    const { setup: { pods = 1, applications = 1, collectors = 0 } = {}, alone = false } = scenario;
    const timed = faultsOf(scenario).map(({ at }) => (at === 'before' || at === 'after' ? 10_000 : parseDuration(at)));
    const replaced = faultsOf(scenario).filter(({ name }) => /pod|Secret/.test(name)).length;
    return {
      ms: Math.max(plannedMs(scenario.load), ...timed) + replaced * REPLACED_MS,
      pods: pods * applications + collectors,
      alone,
      edge: needsOf(scenario).has('edge'),
    };
  });
}

/** What a run will probably take on Fargate. Throws {@link UsageError} for a pod that it has no size for. */
export function planOf(
  work: readonly AwsWork[],
  own: Pick<Blueprint, 'anatomy' | 'parts'>,
  lanes: number,
  price: FargatePrice,
): Estimate & { vcpuAtOnce: number } {
  const whole = sizeOf(own);
  const edge = work.some((one) => one.edge);
  const place = { lanes, pod: whole, overheadMs: OVERHEAD_MS, ...(edge ? { edge: EDGE_SIZE } : {}) };
  const planned = estimate(work, place, price);
  return { ...planned, vcpuAtOnce: planned.podsAtOnce * whole.vcpu };
}

/** A pod of a pipeline with the parts of its topology, which stand beside every deployment. Throws as {@link planOf} does. */
export function sizeOf({ anatomy, parts }: Pick<Blueprint, 'anatomy' | 'parts'>): BilledSize {
  const sizes = [anatomy.deployment, ...parts.map(({ deployment }) => deployment)].map((deployment) => {
    const { metadata } = deployment;
    const size = podSize(podOf(deployment as KubernetesObject)!.spec);
    if (!size)
      throw new UsageError(
        `Deployment ${metadata?.name}: Fargate has no pod of that size; see npm run doctor -- --manifests`,
      );
    return size;
  });
  const [pod, ...others] = sizes as [(typeof sizes)[number], ...typeof sizes];
  return others.reduce(
    (sum, one) => ({
      vcpu: sum.vcpu + one.vcpu,
      memoryGiB: sum.memoryGiB + one.memoryGiB,
      storageGiB: Math.max(sum.storageGiB, one.storageGiB),
    }),
    { vcpu: pod.vcpu, memoryGiB: pod.memoryGiB, storageGiB: pod.storageGiB },
  );
}
