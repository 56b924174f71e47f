/** A pod's size on Fargate: vCPU, and memory in GiB (AWS writes GB). */
export interface FargateSize {
  vcpu: number;
  memoryGiB: number;
}

/** US dollars: per vCPU and hour, per GB of memory and hour, per GB of ephemeral storage above 20 and hour. */
export interface FargatePrice {
  vcpuHour: number;
  gibHour: number;
  storageGibHour: number;
}

/** Prices of Linux on x86, us-east-1, as published at aws.amazon.com/fargate/pricing in March 2026; other regions are 10 to 30 % above. */
export const FARGATE_PRICE = {
  asOf: '2026-03',
  region: 'us-east-1',
  vcpuHour: 0.04048,
  gibHour: 0.004445,
  storageGibHour: 0.000111,
} as const satisfies FargatePrice & { asOf: string; region: string };

/** Hours of a month, as AWS's own calculator counts them. */
const HOURS_A_MONTH = 730;
/** What Fargate adds to a pod's memory for the kubelet and its own agents, GiB. */
const KUBELET_GIB = 0.25;
/** Storage that each pod has without paying for it, GiB, and the most that it can ask for. */
export const FREE_STORAGE_GIB = 20;
export const MOST_STORAGE_GIB = 175;

const steps = (from: number, to: number, by = 1) =>
  Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);

/** Pairs that Fargate offers: EKS User Guide, "Understand Fargate Pod configuration details". */
const SIZES: { vcpu: number; memoryGiB: number[] }[] = [
  { vcpu: 0.25, memoryGiB: [0.5, 1, 2] },
  { vcpu: 0.5, memoryGiB: steps(1, 4) },
  { vcpu: 1, memoryGiB: steps(2, 8) },
  { vcpu: 2, memoryGiB: steps(4, 16) },
  { vcpu: 4, memoryGiB: steps(8, 30) },
  { vcpu: 8, memoryGiB: steps(16, 60, 4) },
  { vcpu: 16, memoryGiB: steps(32, 120, 8) },
];

/** The size that Fargate picks for what a pod asks for: the smallest pair that holds it and the kubelet. undefined: none is large enough. */
export function fargateSize({ vcpu, memoryGiB }: FargateSize): FargateSize | undefined {
  for (const size of SIZES) {
    if (size.vcpu < vcpu) continue;
    const memory = size.memoryGiB.find((one) => one >= memoryGiB + KUBELET_GIB);
    if (memory !== undefined) return { vcpu: size.vcpu, memoryGiB: memory };
  }
  return undefined;
}

/** US dollars a month for a pod that runs all the time; `storageGiB`: its ephemeral storage in all; `price`: the dated table unless told. */
export function monthlyPrice(size: FargateSize, storageGiB?: number, price?: FargatePrice): number {
  return hourlyPrice(size, storageGiB, price) * HOURS_A_MONTH;
}

/** The same, for an hour. */
export function hourlyPrice(
  { vcpu, memoryGiB }: FargateSize,
  storageGiB = FREE_STORAGE_GIB,
  { vcpuHour, gibHour, storageGibHour }: FargatePrice = FARGATE_PRICE,
): number {
  const storage = Math.max(0, storageGiB - FREE_STORAGE_GIB) * storageGibHour;
  return vcpu * vcpuHour + memoryGiB * gibHour + storage;
}
