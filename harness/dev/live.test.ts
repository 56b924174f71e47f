import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type LiveReading, liveLine, readLive } from './live.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers everything with one thing; its URL. */
async function answering(body: unknown, status = 200): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const PLUGINS = {
  plugins: [
    { plugin_id: 'lines', plugin_category: 'input', type: 'tail_to_the_end', emit_records: 120, retry_count: null },
    { plugin_id: 'monitor', plugin_category: 'input', type: 'monitor_agent', emit_records: 7 },
    {
      plugin_id: 'domain',
      plugin_category: 'output',
      type: 'opensearch_bulk',
      emit_records: 120,
      buffer_total_queued_size: 2048,
      retry_count: 3,
      retry: { steps: 1 },
    },
    { plugin_id: 'dead_letters', plugin_category: 'output', type: 'file', emit_records: 2, retry_count: 0, retry: {} },
    { plugin_id: 'object:1', plugin_category: 'filter', type: 'document_id', emit_records: 120 },
  ],
};

test('a reading has the figures of fluentd, the engine and the edge', async () => {
  const engine = await answering({ hits: { total: { value: 90 }, hits: [{ sort: [1_700_000_000_000] }] } });
  const edgeAdmin = await answering({ statuses: { 200: 12, 403: 4, 404: 1, 409: 1 } });
  const stack = { addresses: { engine, edgeAdmin }, monitor: async () => PLUGINS };
  expect(await readLive(stack)).toEqual({
    at: expect.any(Number),
    silent: [],
    ...{ read: 120, bufferBytes: 2048, retries: 3, retrying: true, dead: 2 },
    ...{ searchable: 90, newestAt: 1_700_000_000_000 },
    refused: { 403: 4 },
  });
});

test('a part that does not answer, or not as expected, is silent; the others are read all the same', async () => {
  const engine = await answering({ error: 'no' }, 503);
  const edgeAdmin = await answering({ something: 'else' });
  const stack = { addresses: { engine, edgeAdmin }, monitor: async () => PLUGINS };
  expect(await readLive(stack)).toMatchObject({ read: 120, silent: ['engine', 'edge'] });
});

const NOW: LiveReading = {
  ...{ at: 10_000, read: 1050, searchable: 1_234_567, newestAt: 8800, bufferBytes: 1536 },
  ...{ retries: 0, retrying: false, dead: 0, refused: {}, silent: [] },
};
const lines: [string, LiveReading | undefined, Partial<LiveReading>, string][] = [
  [
    'all is well',
    { ...NOW, at: 5000, read: 1000 },
    {},
    '10 lines/s in · 1,234,567 searchable · lag 1.2s · buffer 1.5 KiB · 0 retries · no errors',
  ],
  [
    'the first reading',
    undefined,
    {},
    '– lines/s in · 1,234,567 searchable · lag 1.2s · buffer 1.5 KiB · 0 retries · no errors',
  ],
  [
    'nothing is written',
    NOW,
    { at: 11_000 },
    '0.0 lines/s in · 1,234,567 searchable · lag – · buffer 1.5 KiB · 0 retries · no errors',
  ],
  [
    'fluentd counts anew',
    { ...NOW, at: 5000, read: 2000 },
    {},
    '– lines/s in · 1,234,567 searchable · lag 1.2s · buffer 1.5 KiB · 0 retries · no errors',
  ],
  [
    'the domain refuses',
    { ...NOW, at: 5000, read: 1000 },
    { retries: 4, retrying: true, refused: { 403: 4, 503: 1 }, dead: 2 },
    '10 lines/s in · 1,234,567 searchable · lag 1.2s · buffer 1.5 KiB · 4 retries (retrying) · errors: 403 × 4, 503 × 1, 2 dead letters',
  ],
  [
    'retries become more, and fluentd does not say whether it retries',
    { ...NOW, at: 5000, read: 1000, retries: 2 },
    { retries: 4 },
    '10 lines/s in · 1,234,567 searchable · lag 1.2s · buffer 1.5 KiB · 4 retries (retrying) · no errors',
  ],
  [
    'retries became more, and nothing waits any longer',
    { ...NOW, at: 5000, read: 1000, retries: 2 },
    { retries: 4, bufferBytes: 0 },
    '10 lines/s in · 1,234,567 searchable · lag 1.2s · buffer 0 B · 4 retries · no errors',
  ],
];
test.each(lines)('the live line where %s', (_what, before, now, line) => {
  expect(liveLine(before, { ...NOW, ...now })).toBe(line);
});

test('the live line tells what is not known, and who does not answer', () => {
  expect(liveLine(undefined, { at: 0, silent: ['fluentd', 'engine', 'edge'] })).toBe(
    '– lines/s in · – searchable · lag – · buffer – · – retries · no errors · no answer from fluentd, engine, edge',
  );
});
