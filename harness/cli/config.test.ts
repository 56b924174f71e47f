import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('ports are read where they are named, as numbers', () => {
  expect(readConfig({}).ports).toEqual({});
  expect(readConfig({ OPENSEARCH_PORT: '19200', DASHBOARDS_PORT: '' }).ports).toEqual({ OPENSEARCH_PORT: 19200 });
});

test('every problem is told in one message', () => {
  expect(() => readConfig({ OPENSEARCH_PORT: '0', EDGE_ADMIN_PORT: 'x', DASHBOARDS_IMAGE: 'a b' })).toThrow(
    /DASHBOARDS_IMAGE=a b: expected an image reference.*\n.*OPENSEARCH_PORT=0: expected a port.*\n.*EDGE_ADMIN_PORT=x: expected a port/,
  );
});
