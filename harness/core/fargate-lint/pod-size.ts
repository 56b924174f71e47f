import { type FargateSize, FREE_STORAGE_GIB, fargateSize, MOST_STORAGE_GIB, monthlyPrice } from '../fargate.ts';
import { parseQuantity } from '../quantity.ts';
import type { Asking, LintedPodSpec } from './objects.ts';
import { withoutNulls } from './readable.ts';
import type { Hit, Rule } from './rule.ts';

/** What a pod asks for in all. */
export interface PodAsks extends FargateSize {
  storageGiB: number;
}

/** What a pod becomes on Fargate. `monthly`: US dollars for one that runs all the time. */
export interface PodSize extends FargateSize {
  /** Ephemeral storage, GiB; 20 come with every pod. */
  storageGiB: number;
  monthly: number;
}

const GIB = 2 ** 30;

/**
 * What a pod asks for: its containers and native sidecars together, or its largest init container or what it says of itself as a whole where that is more.
 * A limit stands for a request that is missing, as with the API server. Throws UsageError for what is no quantity.
 */
export function podAsks(spec: LintedPodSpec): PodAsks {
  const { containers = [], initContainers = [], ...pod } = withoutNulls(spec);
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const before = initContainers.filter((one) => !sidecars.includes(one));
  const most = (of: (asking: Asking) => number) =>
    Math.max(
      0,
      [...containers, ...sidecars].reduce((sum, one) => sum + of(one), 0),
      ...before.map(of),
      of(pod),
    );
  return {
    // In thousandths, as Kubernetes counts: tenths of a core do not add up in binary.
    vcpu: most((one) => Math.ceil(amountOf(one, 'cpu') * 1000 - 1e-6)) / 1000,
    memoryGiB: most((one) => amountOf(one, 'memory')) / GIB,
    storageGiB: most((one) => amountOf(one, 'ephemeral-storage')) / GIB,
  };
}

/** The size that Fargate picks for a pod, and its price; undefined: it offers none that is large enough. */
export function podSize(spec: LintedPodSpec): PodSize | undefined {
  const asks = podAsks(spec);
  const size = fargateSize(asks);
  if (!size || asks.storageGiB > MOST_STORAGE_GIB) return undefined;
  const storageGiB = Math.max(FREE_STORAGE_GIB, asks.storageGiB);
  return { ...size, storageGiB, monthly: monthlyPrice(size, storageGiB) };
}

/** Pods that are larger than what Fargate offers. */
export const SIZE_RULES: readonly Rule[] = [
  {
    name: 'size',
    why: 'the largest pod has 16 vCPU and 120 GiB, of which 256 MiB are the kubelet’s',
    fix: 'ask for less in resources.requests, or make more pods of it',
    inPod: (spec) => {
      const asks = podAsks(spec);
      return fargateSize(asks) ? [] : sum(spec, `${asks.vcpu} vCPU and ${asks.memoryGiB} GiB`);
    },
  },
  {
    name: 'ephemeral-storage',
    why: `a pod has ${MOST_STORAGE_GIB} GiB of storage at most`,
    fix: 'ask for less of it, or put what is large on EFS',
    inPod: (spec) => {
      const { storageGiB } = podAsks(spec);
      return storageGiB > MOST_STORAGE_GIB ? sum(spec, `${storageGiB} GiB of ephemeral-storage`) : [];
    },
  },
];

function sum({ resources }: LintedPodSpec, saw: string): Hit[] {
  return [{ field: resources ? 'resources' : 'containers', saw: `${saw} in all` }];
}

function amountOf({ resources: { requests = {}, limits = {} } = {} }: Asking, resource: string): number {
  return parseQuantity(requests[resource] ?? limits[resource] ?? 0);
}
