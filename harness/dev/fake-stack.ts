import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Counters } from '../edge/counters.ts';
import type { JournalEntry } from '../edge/journal.ts';
import type { DevStack, PartState } from './stack.ts';

const run = promisify(execFile);

/** What a fake stack's parts say; tests set it. */
export interface FakeParts {
  parts: PartState[];
  counters: Counters;
  journal: (run: string) => JournalEntry[];
  /** Documents that a search finds. */
  documents: (query: string) => { _index: string; _id: string; _source: Record<string, unknown> }[];
  settings: Record<string, { settings: Record<string, string> }>;
  log: string[];
  monitor: unknown;
  /** Called with each line that is written. */
  onWrite: (line: string) => void;
}

/** A stack for unit tests: its volume is a folder of this machine and its scripts are run by a real shell, its edge and engine are what a test says. */
export interface FakeStack extends DevStack, AsyncDisposable {
  says: FakeParts;
  folder: string;
  /** Writes fluentd's position in the log file, or in an inode. */
  position(bytes: number, inode?: number): void;
}

/** Starts one. `conf`: fluentd's configuration; `FOLDER` in it becomes the volume's folder. */
export async function fakeStack(conf: string): Promise<FakeStack> {
  const folder = mkdtempSync(join(tmpdir(), 'fake-stack-'));
  const logFile = join(folder, 'docswave-app.log');
  const configFile = join(folder, '.td-agent.conf');
  writeFileSync(configFile, conf.replaceAll('FOLDER', folder));
  const running = (part: PartState['part']): PartState => ({ part, state: 'running', saw: 'running since 12 s' });
  const says: FakeParts = {
    parts: [running('application'), running('fluentd'), running('edge'), running('engine')],
    counters: new Counters(),
    journal: () => [],
    documents: () => [],
    settings: {},
    log: [],
    monitor: { plugins: [] },
    onWrite: () => {},
  };
  const edge = await serve((url) =>
    url.pathname === '/counters' ? says.counters : says.journal(url.searchParams.get('run') ?? ''),
  );
  const engine = await serve((url, body) => {
    if (url.pathname.endsWith('/_search')) return { hits: { hits: says.documents(body) } };
    return url.pathname.startsWith('/_all/') ? says.settings : {};
  });
  const shell = async (_part: string, script: string) => {
    return (await run('sh', ['-c', `export FLUENT_CONF='${configFile}'; ${script}`])).stdout;
  };
  const close = async () => {
    for (const server of [edge, engine]) server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    kind: 'compose',
    addresses: { engine: urlOf(engine), edgeAdmin: urlOf(edge) },
    says,
    folder,
    logFile,
    configFile,
    parts: async () => says.parts,
    byHand: (part) => `docker compose logs ${part}`,
    logs: async (_part, _options, onLine) => says.log.forEach(onLine),
    exec: shell,
    async write(line) {
      appendFileSync(logFile, `${line}\n`);
      says.onWrite(line);
    },
    monitor: async () => says.monitor,
    apply: async () => ({ applied: true, how: 'not at all' }),
    position(bytes, inode) {
      const hex = (value: number) => value.toString(16).padStart(16, '0');
      writeFileSync(join(folder, '.lines.pos'), `${logFile}\t${hex(bytes)}\t${hex(inode ?? statSync(logFile).ino)}\n`);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function serve(answer: (url: URL, body: string) => unknown): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end(JSON.stringify(answer(new URL(request.url ?? '/', 'http://fake'), body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
