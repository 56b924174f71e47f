import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EdgeAdmin } from '../../edge/admin-client.ts';
import { startEdge } from '../../edge/edge.ts';
import { run } from '../../tools/shell.ts';
import type { DevStack, PartState } from '../stack.ts';
import { fakeSearchEngine } from './fake-search-engine.ts';

/** A stack for tests of the page: real files, a real edge, an engine in memory or at a URL; fluentd is what a test says it is. */
export async function fakeStack(options: { engine?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  const logFile = join(folder, 'docswave-app.log');
  const configFile = join(folder, 'td-agent.conf');
  const conf = `<source>\n  @type tail\n  # the file\n  path ${folder}/*.log\n  pos_file ${folder}/lines.pos\n</source>\n`;
  writeFileSync(configFile, conf);
  writeFileSync(logFile, '');
  const engine = await fakeSearchEngine();
  const credentials = [{ accessKeyId: 'key', secretAccessKey: 'secret' }];
  const edge = await startEdge({ port: 0, adminPort: 0, host: '127.0.0.1', backend: null, credentials });
  const edgeAdmin = `http://127.0.0.1:${edge.adminPort}`;
  const listeners = new Set<(line: string) => void>();
  const output = {
    buffer_queue_length: 0,
    buffer_total_queued_size: 0,
    buffer_available_buffer_space_ratios: 100,
    retry_count: 0,
    slow_flush_count: 0,
  };
  const deadLetters = { plugin_id: 'dead_letters', emit_records: 0 };
  const parts: PartState[] = (['application', 'fluentd', 'edge', 'engine'] as const).map((part) => ({
    part,
    state: 'running',
    saw: 'running since 12 s, healthy',
  }));
  parts.push({ part: 'dashboards', state: 'absent', saw: 'its image is not here' });
  const stack: DevStack = {
    kind: 'compose',
    addresses: { engine: options.engine ?? engine.url, edgeAdmin, dashboards: 'http://127.0.0.1:5601' },
    ...{ logFile, configFile },
    parts: async () => structuredClone(parts),
    byHand: (part) => `docker compose logs --follow ${part}`,
    logs: (_part, { signal }, onLine) =>
      new Promise((resolve) => {
        listeners.add(onLine);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    exec: (_part, script) => run(['sh', '-c', script]),
    write: async (line) => appendFileSync(logFile, `${line}\n`),
    monitor: async () => ({ plugins: [output, deadLetters] }),
    apply: async () => ({ applied: true, how: 'reloaded in place' }),
    close: async () => {},
  };
  const count = { seq: 0 };
  return {
    stack,
    engine,
    parts,
    /** What fluentd's monitor_agent tells of its output. */
    output,
    deadLetters,
    edgeUrl: `http://127.0.0.1:${edge.port}`,
    admin: new EdgeAdmin(edgeAdmin),
    /** A line of fluentd's log. */
    say(line: string) {
      for (const onLine of listeners) onLine(line);
    },
    /** Makes documents as the pipeline writes them, `ageMs` old, one a millisecond. */
    index(n: number, fields: Record<string, unknown> = {}, ageMs = 0) {
      const newest = Date.now() - ageMs;
      for (let i = 0; i < n; i++) {
        const seq = count.seq++;
        const time = new Date(newest - (n - 1 - i)).toISOString();
        const level = seq % 10 === 9 ? 'warn' : 'info';
        const line = {
          time,
          level,
          id: `r1/pod.0.0/${String(seq).padStart(9, '0')}`,
          message: `[line number${seq} of the application]`,
        };
        engine.documents.push({ ...line, '@timestamp': time, '@log_name': 'docswave.applog', ...fields });
      }
    },
    /** Writes lines to the file, and has fluentd come to its end, or not. */
    write(lines: number, read = true) {
      appendFileSync(logFile, 'a line of the application\n'.repeat(lines));
      const { ino, size } = statSync(logFile);
      const hex = (value: number) => value.toString(16).padStart(16, '0');
      if (read) writeFileSync(join(folder, 'lines.pos'), `${logFile}\t${hex(size)}\t${hex(ino)}\n`);
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await edge[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

export type FakeStack = Awaited<ReturnType<typeof fakeStack>>;
