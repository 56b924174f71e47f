import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerBook } from '../harness/core/ledger-book.ts';
import { Reconciler } from '../harness/core/reconciliation.ts';
import { payloadOf, recordId } from '../harness/core/record.ts';
import { startEdge } from '../harness/edge/edge.ts';

/** One measured figure and what it is good for. */
interface Figure {
  figure: string;
  measured: string;
}

const RUN = 'rbench';
const STREAM = 'pod.0.1';
const MILLION = 1_000_000;

const figures: Figure[] = [];
for (const measure of [reconciling, emitting, passingTheEdge]) {
  const figure = await measure();
  figures.push(figure);
  process.stdout.write(`${figure.figure}: ${figure.measured}\n`);
}

/** A million documents against their ledger: rate, and memory of the sets. */
async function reconciling(): Promise<Figure> {
  const book = new LedgerBook();
  book.add({ ledger: 'stream', run: RUN, stream: STREAM, file: '/x', format: 'json', payloadLength: 100, at: 0 });
  book.add({ ledger: 'intended', stream: STREAM, to: MILLION });
  book.add({ ledger: 'accepted', stream: STREAM, to: MILLION, at: 0 });
  const reconciler = new Reconciler(book);
  const before = process.memoryUsage().arrayBuffers;
  const started = performance.now();
  for (let seq = 0; seq < MILLION; seq++)
    reconciler.deliver([recordId({ run: RUN, stream: STREAM, seq }), payloadOf(STREAM, seq, 100)]);
  const { missing } = reconciler.result();
  const perSecond = (MILLION * 1000) / (performance.now() - started);
  const bits = ((process.memoryUsage().arrayBuffers - before) * 8) / MILLION;
  return {
    figure: 'reconciling 1,000,000 records',
    measured: `${thousands(perSecond)} documents/s, ${bits.toFixed(1)} bits a record, ${missing} missing`,
  };
}

/** The emitter without a pace: lines of 200 B on one core. */
async function emitting(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'app.log');
  try {
    const args = ['--run', RUN, '--file', file, '--lines-per-second', 'max', '--for', '3s', '--exit-when-done'];
    const child = spawn(process.execPath, [join(import.meta.dirname, '../harness/emitter/main.ts'), ...args]);
    child.stdout.resume();
    await new Promise((resolve) => child.once('close', resolve));
    const lines = statSync(file).size / 200;
    return { figure: 'emitter, as fast as it goes', measured: `${thousands(lines / 3)} lines/s of 200 B on one core` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bodies of 4 MiB through an edge without a backend; unsigned ones are refused after they were read whole, as signed ones are. */
async function passingTheEdge(): Promise<Figure> {
  await using edge = await startEdge({ port: 0, adminPort: 0, backend: null, credentials: [] });
  const line = `{"create":{"_id":"${recordId({ run: RUN, stream: STREAM, seq: 0 })}"}}\n{"message":"${payloadOf(STREAM, 0, 150)}"}\n`;
  const body = Buffer.from(line.repeat(Math.floor((4 * 2 ** 20) / line.length)));
  const started = performance.now();
  let bodies = 0;
  for (; performance.now() - started < 3000; bodies++) await post(edge.port, body);
  const perSecond = (bodies * body.length * 1000) / (performance.now() - started) / 2 ** 20;
  return { figure: 'edge, reading bulk bodies and taking them apart', measured: `${perSecond.toFixed(0)} MiB/s` };
}

function post(port: number, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', method: 'POST', path: '/_bulk' }, (answer) => {
      answer.resume().once('end', resolve);
    })
      .once('error', reject)
      .end(body);
  });
}

function thousands(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
