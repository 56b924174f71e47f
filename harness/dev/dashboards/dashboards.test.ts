import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordLine } from '../../core/record.ts';
import { fieldsOf } from './fields.ts';
import { importDashboards } from './import.ts';
import type { SavedObject } from './saved-object.ts';
import { DASHBOARD, INDEX_PATTERN, ndjson, savedObjects } from './saved-objects.ts';

const objects = savedObjects();
const keys = new Set(objects.map(({ type, id }) => `${type}/${id}`));
const json = <T>({ attributes }: SavedObject, name: string) => JSON.parse(attributes[name] as string) as T;

/** A document as the delivered pipeline makes it of a line of the sample application: the line, the tag under its key, and the time. */
function pipelineDocument(): Record<string, unknown> {
  const conf = readFileSync(join(import.meta.dirname, '../../../fluentd/td-agent.conf'), 'utf8');
  const tagKey = conf.match(/^\s*tag_key "(.+)"/m)![1]!;
  const tag = conf.match(/^\s*tag (\S+)/m)![1]!;
  expect(conf).toMatch(/^\s*include_tag_key true/m);
  expect(conf).toMatch(/^\s*logstash_format true/m);
  const time = '2026-11-25T12:00:00.000Z';
  const line = JSON.parse(recordLine('json', { run: 'r1', stream: 'pod.0.0', seq: 1 }, time, 20)) as object;
  return { ...line, '@timestamp': time, [tagKey]: tag };
}

describe('saved objects', () => {
  test('an index pattern, a Discover view and a dashboard of rate, levels, @log_name and top messages', () => {
    expect(objects.map(({ type }) => type)).toEqual([
      ...['index-pattern', 'search', 'visualization', 'visualization', 'visualization', 'visualization', 'dashboard'],
    ]);
    expect(objects[0]).toMatchObject({
      id: INDEX_PATTERN,
      attributes: { title: 'logstash-*', timeFieldName: '@timestamp' },
    });
    expect(objects[1]?.attributes['columns']).toEqual(['level', '@log_name', 'message']);
  });

  test('ids are unique, references lead somewhere, and each name that is referred by has its reference', () => {
    expect(keys.size).toBe(objects.length);
    for (const one of objects) {
      for (const { type, id } of one.references) expect(keys, `${one.id} refers to it`).toContain(`${type}/${id}`);
      const names = one.references.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      const used = Array.from(
        JSON.stringify(one.attributes).matchAll(/RefName\\*":\\*"([^"\\]+)/g),
        ([, name]) => name!,
      );
      expect(used.toSorted()).toEqual(names.toSorted());
    }
  });

  test('every text that holds JSON parses', () => {
    let texts = 0;
    const look = (value: unknown): void => {
      if (typeof value === 'object' && value !== null)
        for (const [name, inner] of Object.entries(value)) {
          if (/JSON$|^visState$/.test(name)) {
            expect(() => JSON.parse(inner as string), name).not.toThrow();
            texts++;
          } else look(inner);
        }
    };
    look(objects);
    expect(texts).toBeGreaterThan(12);
  });

  test('fields are those of a document of the pipeline; what is counted by is a whole value', () => {
    const document = pipelineDocument();
    const fields = objects.flatMap(fieldsOf);
    expect(new Set(fields)).toEqual(
      new Set(['@timestamp', 'level', '@log_name', 'message', 'level.keyword', '@log_name.keyword', 'message.keyword']),
    );
    for (const field of fields) {
      const [name, keyword] = field.split(/\.(keyword)$/) as [string, string | undefined];
      expect(document, field).toHaveProperty([name]);
      if (keyword) expect(document[name], field).toBeTypeOf('string');
    }
  });

  test('aggregations of a visualization have ids of their own, and are ordered by one that is there', () => {
    for (const one of objects.filter(({ type }) => type === 'visualization')) {
      const { title, aggs } = json<{ title: string; aggs: { id: string; params: { orderBy?: string } }[] }>(
        one,
        'visState',
      );
      expect(title).toBe(one.attributes['title']);
      const ids = aggs.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { params } of aggs) if (params.orderBy) expect(ids).toContain(params.orderBy);
    }
  });

  test('panels do not overlap, lie on the grid, and each is one that the dashboard refers to', () => {
    const dashboard = objects.find(({ id }) => id === DASHBOARD)!;
    const panels = json<
      {
        gridData: { x: number; y: number; w: number; h: number; i: string };
        panelIndex: string;
        panelRefName: string;
      }[]
    >(dashboard, 'panelsJSON');
    expect(panels.map(({ panelRefName }) => panelRefName)).toEqual(dashboard.references.map(({ name }) => name));
    const taken = new Set<string>();
    for (const { gridData, panelIndex } of panels) {
      const { x, y, w, h, i } = gridData;
      expect(i).toBe(panelIndex);
      expect(x + w).toBeLessThanOrEqual(48);
      for (let row = y; row < y + h; row++)
        for (let column = x; column < x + w; column++) {
          expect(taken, `panel ${i} at ${column}, ${row}`).not.toContain(`${column} ${row}`);
          taken.add(`${column} ${row}`);
        }
    }
  });
});

describe('import', () => {
  /** A Dashboards for tests: keeps what is imported as the real one does, by type and id, and refuses what refers to nothing. */
  const kept = new Map<string, SavedObject>();
  const status = { code: 200, state: 'green', startsAfter: 0 };
  const requests: { url: string; xsrf: unknown; type: string }[] = [];
  const server = createServer(async (request, response) => {
    const reply = (code: number, body: object) =>
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/api/status') {
      const ready = status.startsAfter-- <= 0;
      return reply(ready ? status.code : 503, { status: { overall: { state: status.state } } });
    }
    const { xsrf, type } = { xsrf: request.headers['osd-xsrf'], type: request.headers['content-type'] ?? '' };
    requests.push({ url: request.url!, xsrf, type });
    if (!xsrf) return reply(400, { message: 'Request must contain a osd-xsrf header.' });
    const file = await fileIn(request);
    const incoming = file
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as SavedObject);
    const overwrite = request.url!.includes('overwrite=true');
    const there = new Set([...kept.keys(), ...incoming.map(({ type: its, id }) => `${its}/${id}`)]);
    const errors = incoming.flatMap(({ type: its, id, references }) => {
      const missing = references.filter((one) => !there.has(`${one.type}/${one.id}`));
      if (missing.length > 0) return [{ type: its, id, error: { type: 'missing_references', references: missing } }];
      return kept.has(`${its}/${id}`) && !overwrite ? [{ type: its, id, error: { type: 'conflict' } }] : [];
    });
    const bad = new Set(errors.map(({ id }) => id));
    for (const one of incoming) if (!bad.has(one.id)) kept.set(`${one.type}/${one.id}`, one);
    reply(200, {
      success: errors.length === 0,
      successCount: incoming.length - bad.size,
      ...(errors.length > 0 ? { errors } : {}),
    });
  });
  let url: string;
  beforeEach(async () => {
    kept.clear();
    requests.length = 0;
    Object.assign(status, { code: 200, state: 'green', startsAfter: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('imports all, and again without a second copy', async () => {
    expect(await importDashboards(url)).toEqual({ imported: objects.length });
    expect(await importDashboards(url)).toEqual({ imported: objects.length });
    expect([...kept.values()]).toEqual(objects);
    expect(requests[0]).toMatchObject({ url: '/api/saved_objects/_import?overwrite=true', xsrf: 'true' });
    expect(requests[0]?.type).toMatch(/^multipart\/form-data/);
  });

  test('waits until Dashboards is ready, and says what it saw where it does not get so', async () => {
    status.startsAfter = 2;
    const saw: string[] = [];
    await importDashboards(url, { onLook: (one) => saw.push(one) });
    expect(saw).toEqual(['it answers 503', 'it answers 503']);
    status.state = 'red';
    await expect(importDashboards(url, { withinMs: 100 })).rejects.toThrow(
      /still waiting for OpenSearch Dashboards to be ready at http.*last saw: its status is red/,
    );
    await expect(importDashboards('http://127.0.0.1:1', { withinMs: 100 })).rejects.toThrow(
      /last saw: .*(ECONNREFUSED|bad port)/,
    );
  });

  test('ends when it is told to', async () => {
    status.code = 503;
    const stop = new AbortController();
    const importing = importDashboards(url, { signal: stop.signal, onLook: () => stop.abort(new Error('stopped')) });
    await expect(importing).rejects.toThrow('stopped');
  });

  test('tells what Dashboards refuses, and why', async () => {
    const refusing = createServer((request, response) => {
      request.resume();
      const errors = [
        { type: 'dashboard', id: 'efk-pipeline', error: { type: 'missing_references', references: [{ id: 'gone' }] } },
      ];
      const body =
        request.url === '/api/status'
          ? { status: { overall: { state: 'green' } } }
          : { success: false, successCount: 6, errors };
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const its = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    await expect(importDashboards(its)).rejects.toThrow(
      'took 6 of 7 saved objects: dashboard "efk-pipeline": missing_references (gone)',
    );
    refusing.closeAllConnections();
    refusing.close();
  });
});

/** The text of the one file of a form. */
async function fileIn(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = { 'content-type': request.headers['content-type']! };
  const form = await new Response(Buffer.concat(chunks), { headers }).formData();
  return (form.get('file') as File).text();
}

test('one object a line', () => {
  const lines = ndjson(objects).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(objects);
});
