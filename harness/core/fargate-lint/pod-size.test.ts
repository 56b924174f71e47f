import { expect, test } from 'vitest';
import type { LintedPodSpec } from './objects.ts';
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
  const nothing = { vcpu: 0.25, memoryGiB: 0.5, storageGiB: 20 };
  expect(podSize({})).toMatchObject(nothing);
  const empty = { containers: [{ resources: { requests: null } }], initContainers: null, resources: null };
  expect(podSize(empty as unknown as LintedPodSpec)).toMatchObject(nothing);
});

test('storage above 20 GiB costs extra, and none is beyond 175', () => {
  const with100 = podSize(asking({ 'ephemeral-storage': '120Gi' }));
  expect(with100!.monthly - podSize({})!.monthly).toBeCloseTo(8.1, 1);
  expect(podSize(asking({ 'ephemeral-storage': '176Gi' }))).toBeUndefined();
  expect(podSize(asking({ memory: '1Ti' }))).toBeUndefined();
});

test('tenths of a core add up to a core', () => {
  const containers = ['100m', '200m', '150m', '50m'].map((cpu) => ({ resources: { requests: { cpu } } }));
  expect(podSize({ containers })).toMatchObject({ vcpu: 0.5, memoryGiB: 1 });
});

test('what a pod says of itself as a whole counts where it is more', () => {
  const whole = { resources: { requests: { cpu: '2' }, limits: { cpu: '2', memory: '5Gi' } } };
  expect(podSize({ ...asking({ cpu: '1', memory: '1Gi' }), ...whole })).toMatchObject({ vcpu: 2, memoryGiB: 6 });
  expect(podSize({ ...asking({ cpu: '3', memory: '9Gi' }), ...whole })).toMatchObject({ vcpu: 4, memoryGiB: 10 });
});

test.each<[Record<string, string | number>, object]>([
  [
    { cpu: 1, memory: '8Gi' },
    { vcpu: 2, memoryGiB: 9 },
  ],
  [
    { cpu: '1001m', memory: 0 },
    { vcpu: 2, memoryGiB: 4 },
  ],
  [
    { cpu: '250m', memory: '1792Mi' },
    { vcpu: 0.25, memoryGiB: 2 },
  ],
  [
    { cpu: '1e-1', memory: '1793Mi' },
    { vcpu: 0.5, memoryGiB: 3 },
  ],
  [
    { cpu: '4', memory: '30Gi' },
    { vcpu: 8, memoryGiB: 32 },
  ],
  [
    { cpu: 0.1, memory: '60e9' },
    { vcpu: 8, memoryGiB: 60 },
  ],
  [
    { cpu: '8.5', memory: '1G' },
    { vcpu: 16, memoryGiB: 32 },
  ],
])('a container that asks for %j makes a pod of %j', (requests, size) => {
  expect(podSize({ containers: [{ resources: { requests } }] })).toMatchObject(size);
});

test('what is no quantity is refused, quoted', () => {
  expect(() => podSize(asking({ cpu: 'one' }))).toThrow('got "one"');
});
