import type { Fault } from '../core/fault.ts';

/** Evicts the pod through the Eviction API, as a drained node, Karpenter or Fargate's patching does; another pod takes its place. */
export function evictPod(at: Fault['at']): Fault {
  return { name: 'evicting the pod', at, needs: ['cluster'], inject: ({ deployment }) => deployment.evictPod() };
}
