import { expect, test } from 'vitest';
import { UsageError } from '../../core/trouble.ts';
import { refuse } from './refuse.ts';

test('what processes of this machine cannot be is refused by name', () => {
  expect(() => refuse({ topology: 'redis' })).toThrow(UsageError);
  expect(() => refuse({ topology: 'redis' })).toThrow('the topology redis needs --target k3s');
  expect(() => refuse({ cpu: '250m' })).toThrow('fluentd.cpu=250m needs --target k3s');
  expect(() => refuse({ memoryLimit: '1Gi' })).toThrow('fluentd.memory=1Gi needs --target k3s');
});

test('a plain deployment is not', () => {
  expect(() => refuse({})).not.toThrow();
  expect(() => refuse({ topology: 'direct' })).not.toThrow();
});
