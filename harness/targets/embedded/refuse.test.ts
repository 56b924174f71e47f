import { expect, test } from 'vitest';
import { UsageError } from '../../core/trouble.ts';
import { refuse } from './refuse.ts';

test('what processes of this machine cannot be is refused by name', () => {
  expect(() => refuse({ topology: 'redis' })).toThrow(UsageError);
  expect(() => refuse({ topology: 'redis' })).toThrow('the topology redis needs --target k3s');
});

test('a plain deployment is not', () => {
  expect(() => refuse({})).not.toThrow();
  expect(() => refuse({ topology: 'direct' })).not.toThrow();
});
