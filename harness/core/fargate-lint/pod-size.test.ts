import { expect, test } from 'vitest';
import { podSize } from './pod-size.ts';

const asking = (requests: Record<string, string>, more = {}) => ({
  containers: [{ name: 'x', resources: { requests }, ...more }],
});

test('a pod has the size that Fargate picks for all that its containers ask for, and its price', () => {
  const size = podSize({
    ...asking({ cpu: '400m', memory: '256Mi' }),
    initContainers: [
      { name: 'sidecar', restartPolicy: 'Always', resources: { limits: { cpu: '500m', memory: '384Mi' } } },
    ],
  });
  expect(size).toEqual({ vcpu: 1, memoryGiB: 2, storageGiB: 20, monthly: expect.closeTo(36.04, 2) });
});

test('a pod that asks for nothing has the smallest', () => {
  expect(podSize({})).toMatchObject({ vcpu: 0.25, memoryGiB: 0.5, storageGiB: 20 });
});

test('storage above 20 GiB costs extra, and none is beyond 175', () => {
  const with100 = podSize(asking({ 'ephemeral-storage': '120Gi' }));
  expect(with100!.monthly - podSize({})!.monthly).toBeCloseTo(8.1, 1);
  expect(podSize(asking({ 'ephemeral-storage': '176Gi' }))).toBeUndefined();
  expect(podSize(asking({ memory: '1Ti' }))).toBeUndefined();
});

test('what is no quantity is refused, quoted', () => {
  expect(() => podSize(asking({ cpu: 'one' }))).toThrow('got "one"');
});
