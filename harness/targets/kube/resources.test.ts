import { expect, test } from 'vitest';
import { limit, lowerRequest } from './resources.ts';

const container = () => ({
  name: 'fluentd',
  resources: { requests: { cpu: '1', memory: '512Mi' }, limits: { cpu: '1', memory: '512Mi' } },
});
const limited = (setup: Parameters<typeof limit>[1], one: Parameters<typeof limit>[0] = container()) => {
  limit(one, setup);
  return one.resources;
};

test('a CPU limit takes the place of the pipeline’s, and is asked for: Fargate sizes the pod by it', () => {
  expect(limited({ cpu: '2' })).toEqual({
    requests: { cpu: '2', memory: '512Mi' },
    limits: { cpu: '2', memory: '512Mi' },
  });
  expect(limited({ cpu: '0.25' }, { name: 'bare' })).toEqual({ requests: { cpu: '0.25' }, limits: { cpu: '0.25' } });
});

test('no request is above its limit, which Kubernetes refuses', () => {
  expect(limited({ cpu: '5m' })!.requests).toMatchObject({ cpu: '5m' });
  expect(limited({ memoryLimit: '256Mi' })).toEqual({
    requests: { cpu: '1', memory: '256Mi' },
    limits: { cpu: '1', memory: '256Mi' },
  });
});

test('what is no quantity is refused, quoted', () => {
  expect(() => limited({ cpu: 'half' })).toThrow('got "half"');
  expect(() => limited({ memoryLimit: '256MiB' })).toThrow('got "256MiB"');
});

test('a low limit is not asked for more by a node of ours', () => {
  const one = container();
  limit(one, { cpu: '5m' });
  lowerRequest(one);
  expect(one.resources).toMatchObject({ requests: { cpu: '5m' }, limits: { cpu: '5m' } });
});

test('a request is lowered, a limit stays, and where there is none none is made', () => {
  const one = container();
  lowerRequest(one);
  expect(one.resources).toEqual({ requests: { cpu: '10m', memory: '512Mi' }, limits: { cpu: '1', memory: '512Mi' } });
  const bare = { name: 'bare' };
  lowerRequest(bare);
  expect(bare).toEqual({ name: 'bare' });
});
