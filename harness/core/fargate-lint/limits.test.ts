import { expect, test } from 'vitest';
import { unequalLimits } from './limits.ts';
import { objectOf, plainPod } from './plain-pod.ts';

const of = (...resources: object[]) =>
  unequalLimits(
    objectOf('Deployment', 'x', { ...plainPod(), containers: resources.map((one) => ({ resources: one })) }),
  );

test('a limit that is not its request is told, with both', () => {
  const unequal = { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: 2, memory: '256Mi' } };
  expect(of({}, unequal)).toEqual([
    { field: "spec.template.spec.containers[1].resources.limits['cpu']", request: '100m', limit: '2' },
  ]);
});

test('the same in other words, one of them alone, and what is no pod are not', () => {
  const same = { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: 0.5, memory: '1024Mi' } };
  expect(of(same, { limits: { cpu: '1' } }, { requests: { cpu: '1' } })).toEqual([]);
  expect(unequalLimits({ kind: 'ConfigMap' })).toEqual([]);
});
