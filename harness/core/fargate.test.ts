import { expect, test } from 'vitest';
import { fargateSize, monthlyPrice } from './fargate.ts';

test.each([
  [
    { vcpu: 0, memoryGiB: 0 },
    { vcpu: 0.25, memoryGiB: 0.5 },
  ],
  [
    { vcpu: 0.25, memoryGiB: 0.25 },
    { vcpu: 0.25, memoryGiB: 0.5 },
  ],
  // The kubelet's 256 MiB make the next size of it.
  [
    { vcpu: 0.25, memoryGiB: 0.5 },
    { vcpu: 0.25, memoryGiB: 1 },
  ],
  [
    { vcpu: 0.9, memoryGiB: 0.625 },
    { vcpu: 1, memoryGiB: 2 },
  ],
  // So much memory needs a larger CPU.
  [
    { vcpu: 0.25, memoryGiB: 6 },
    { vcpu: 1, memoryGiB: 7 },
  ],
  [
    { vcpu: 5, memoryGiB: 17 },
    { vcpu: 8, memoryGiB: 20 },
  ],
  [
    { vcpu: 16, memoryGiB: 119.75 },
    { vcpu: 16, memoryGiB: 120 },
  ],
])('%j runs as %j', (asked, size) => expect(fargateSize(asked)).toEqual(size));

test('what is larger than the largest is refused', () => {
  expect(fargateSize({ vcpu: 17, memoryGiB: 1 })).toBeUndefined();
  expect(fargateSize({ vcpu: 1, memoryGiB: 120 })).toBeUndefined();
});

test('the price is that of vCPU, memory and storage above 20 GiB, for 730 hours', () => {
  expect(monthlyPrice({ vcpu: 1, memoryGiB: 2 })).toBeCloseTo(36.04, 2);
  expect(monthlyPrice({ vcpu: 0.25, memoryGiB: 0.5 })).toBeCloseTo(9.01, 2);
  expect(monthlyPrice({ vcpu: 0.25, memoryGiB: 0.5 }, 120)).toBeCloseTo(9.01 + 8.1, 1);
});
