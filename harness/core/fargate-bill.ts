import { formatDuration } from './duration.ts';
import { type FargatePrice, hourlyPrice } from './fargate.ts';
import type { PodSize } from './fargate-lint/pod-size.ts';

/** A pod of a run, as Fargate bills it. */
export type BilledSize = Pick<PodSize, 'vcpu' | 'memoryGiB' | 'storageGiB'>;

/** What Fargate bills at the least for a pod, ms. */
const LEAST_MS = 60_000;
const HOUR_MS = 3_600_000;

/** US dollars that a pod costs for a time, ms; a minute is billed at the least, from the pull of its images to its end. */
export function podCost({ storageGiB, ...size }: BilledSize, ms: number, price: FargatePrice): number {
  return (hourlyPrice(size, storageGiB, price) * Math.max(ms, LEAST_MS)) / HOUR_MS;
}

/** What a run will probably take. `dollars`: US dollars of Fargate alone. */
export interface Estimate {
  ms: number;
  dollars: number;
  /** Pods at once at the most. */
  podsAtOnce: number;
}

/** One piece of work: how long it lasts, ms, and how many pods it needs besides its lane's edge. */
export interface Work {
  ms: number;
  pods: number;
  alone: boolean;
  /** One of its pods with its share of all that stands beside it; that of the place unless told. */
  pod?: BilledSize;
}

export interface Place {
  lanes: number;
  pod: BilledSize;
  /** Of a lane's edge; undefined: nothing needs one. */
  edge?: BilledSize;
  /** What standing up and taking down add to each piece of work, ms: on Fargate a node and a pull. */
  overheadMs: number;
}

/** Reckons a run: work that bears company is spread over the lanes, the rest comes after it. */
export function estimate(
  work: readonly Work[],
  { lanes, pod, edge, overheadMs }: Place,
  prices: FargatePrice,
): Estimate {
  const lasting = ({ ms }: Work) => ms + overheadMs;
  const sum = (some: readonly Work[]) => some.reduce((total, one) => total + lasting(one), 0);
  const beside = work.filter(({ alone }) => !alone);
  const longest = Math.max(0, ...beside.map(lasting));
  const ms = Math.max(longest, sum(beside) / lanes) + sum(work.filter(({ alone }) => alone));
  const dollars = work.reduce((total, one) => total + one.pods * podCost(one.pod ?? pod, lasting(one), prices), 0);
  const edges = edge && work.length > 0 ? Math.min(lanes, Math.max(1, beside.length)) : 0;
  const most = (some: readonly Work[]) => some.map(({ pods }) => pods).sort((a, b) => b - a);
  const together = most(beside).slice(0, lanes);
  return {
    ms,
    dollars: dollars + (edge ? edges * podCost(edge, ms, prices) : 0),
    podsAtOnce:
      edges +
      Math.max(
        together.reduce((total, one) => total + one, 0),
        ...most(work),
        0,
      ),
  };
}

/** `about 24m and $0.31 of Fargate (8 pods at once at the most)` */
export function estimateText({ ms, dollars, podsAtOnce }: Estimate): string {
  return `about ${formatDuration(Math.round(ms / 1000) * 1000)} and $${dollars.toFixed(2)} of Fargate (${podsAtOnce} pods at once at the most)`;
}
