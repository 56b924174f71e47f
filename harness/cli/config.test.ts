import { expect, test } from 'vitest';
import { readConfig, VARIABLES } from './config.ts';

test('ports are read where they are named, as numbers', () => {
  expect(readConfig({}).ports).toEqual({});
  expect(readConfig({ OPENSEARCH_PORT: '19200', DASHBOARDS_PORT: '' }).ports).toEqual({ OPENSEARCH_PORT: 19200 });
});

test('every problem is told in one message', () => {
  expect(() => readConfig({ OPENSEARCH_PORT: '0', EDGE_ADMIN_PORT: 'x', DASHBOARDS_IMAGE: 'a b' })).toThrow(
    /DASHBOARDS_IMAGE=a b: expected an image reference.*\n.*OPENSEARCH_PORT=0: expected a port.*\n.*EDGE_ADMIN_PORT=x: expected a port/,
  );
});

test('the reaper is testcontainers’, unless its own variables say otherwise', () => {
  expect(readConfig({}).images.ryuk).toMatch(/^testcontainers\/ryuk:\d/);
  expect(readConfig({ RYUK_CONTAINER_IMAGE: 'mirror/ryuk:1' }).images.ryuk).toBe('mirror/ryuk:1');
  expect(readConfig({ TESTCONTAINERS_RYUK_DISABLED: 'true' }).images).not.toHaveProperty('ryuk');
});

test('each image is named as its variable begins, by which doctor tells how to have another one', () => {
  const named = (role: string) => VARIABLES.some((variable) => variable.toLowerCase().startsWith(role));
  expect(Object.keys(readConfig({}).images).filter((role) => !named(role))).toEqual([]);
});
