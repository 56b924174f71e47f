import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../core/condition.ts';
import { ledgerEvent } from '../core/ledger.ts';
import { LedgerBook } from '../core/ledger-book.ts';
import { identitiesIn } from '../core/record.ts';

let folder: string;
let child: ChildProcess | undefined;
let stdout = '';
let stderr = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'emitter-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function start(...args: string[]): ChildProcess {
  stdout = '';
  stderr = '';
  child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--run', 'r1', '--file', join(folder, 'app.log'), ...args]);
  child.stdout!.on('data', (data) => {
    stdout += data;
  });
  child.stderr!.on('data', (data) => {
    stderr += data;
  });
  return child;
}

async function ended(): Promise<number | null> {
  const [code] = await once(child!, 'close');
  return code;
}

const seen = (text: string) =>
  until({ name: `"${text}" in the ledger`, look: () => (stdout.includes(text) ? { met: true, value: undefined } : { met: false, saw: stdout.slice(-200) }) }, { withinMs: 5000, everyMs: 10 });

function book(): LedgerBook {
  const all = new LedgerBook();
  for (const line of stdout.split('\n').filter(Boolean)) all.add(ledgerEvent.parse(JSON.parse(line)));
  return all;
}

/** Seqs in the files of a stream, whatever they are called, sorted. */
function seqsOnDisk(stream?: string): number[] {
  const text = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')).join('');
  return identitiesIn(text).filter((one) => !stream || one.stream === stream).map(({ seq }) => seq).sort((a, b) => a - b);
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test('writes exactly what its ledger says, at its pace', async () => {
  start('--lines-per-second', '1000', '--for', '400ms', '--exit-when-done');
  expect(await ended()).toBe(0);
  const [account] = [...book().streams.values()];
  expect(account).toMatchObject({ accepted: 400, intended: 400, loadsDone: 1, ended: 'done', behind: 0 });
  expect(seqsOnDisk()).toEqual(upTo(400));
  expect(stdout.split('\n').length).toBeLessThan(40);
});

test.each(['rename', 'delete-and-create', 'copytruncate'])('rotation by %s', async (how) => {
  start('--lines-per-second', '1000', '--for', '300ms', '--rotate-at', '100ms,150ms', '--rotate', how, '--exit-when-done');
  expect(await ended()).toBe(0);
  const [account] = [...book().streams.values()];
  expect(account!.rotations.map((one) => one.how)).toEqual([how, how]);
  const files = readdirSync(folder).sort();
  expect(files).toEqual(how === 'delete-and-create' ? ['app.log'] : ['app.log', 'app.log.1', 'app.log.2']);
  const seqs = seqsOnDisk();
  if (how === 'delete-and-create') expect(seqs.length).toBeLessThan(300);
  else expect(seqs).toEqual(upTo(300));
});

test('SIGTERM: the load stops, a last burst is written, the ledger is closed', async () => {
  start('--lines-per-second', '100', '--for', '60s', '--last-burst', '50', '--last-burst-after', '100ms');
  await seen('accepted');
  child!.kill('SIGTERM');
  expect(await ended()).toBe(0);
  const all = book();
  const [account] = [...all.streams.values()];
  expect(all.complaints).toEqual([]);
  expect(account).toMatchObject({ ended: 'SIGTERM', intended: account!.accepted });
  expect(account!.accepted).toBeGreaterThan(50);
  expect(seqsOnDisk()).toEqual(upTo(account!.accepted));
});

test('SIGKILL: what stands in the file lies between accepted and intended', async () => {
  start('--lines-per-second', '20000', '--for', '60s');
  await seen('accepted');
  child!.kill('SIGKILL');
  await ended();
  const [account] = [...book().streams.values()];
  const written = seqsOnDisk().length;
  expect(account!.accepted).toBeLessThanOrEqual(written);
  expect(written).toBeLessThanOrEqual(account!.intended);
});

test('on a signal: the empty file is there first, every SIGUSR2 writes the load once more', async () => {
  start('--start', 'on-signal', '--count', '20', '--lines-per-second', 'max');
  await until({ name: 'the file', look: () => (existsSync(join(folder, 'app.log')) ? { met: true, value: 0 } : { met: false, saw: '' }) }, { withinMs: 5000 });
  expect(seqsOnDisk()).toEqual([]);
  child!.kill('SIGUSR2');
  await seen('"done"');
  stdout = stdout.replace('"done"', '"done" ');
  child!.kill('SIGUSR2');
  await seen('"done",');
  child!.kill('SIGTERM');
  expect(await ended()).toBe(0);
  expect(seqsOnDisk()).toEqual(upTo(40));
});

test('a start delay: the file is not there before', async () => {
  start('--start-delay', '400ms', '--count', '3', '--lines-per-second', 'max', '--exit-when-done');
  await once(child!, 'spawn');
  expect(existsSync(join(folder, 'app.log'))).toBe(false);
  expect(await ended()).toBe(0);
  expect(seqsOnDisk()).toEqual(upTo(3));
});

test('several files are several streams that share the load', async () => {
  start('--files', '3', '--count', '10', '--lines-per-second', 'max', '--exit-when-done');
  expect(await ended()).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(['app-2.log', 'app-3.log', 'app.log']);
  expect([...book().streams.values()].map(({ stream, accepted }) => [seqsOnDisk(stream).length, accepted])).toEqual([[4, 4], [3, 3], [3, 3]]);
});

test.each([
  [['--count', '1', '--for', '1s'], 'one of --for and --count'],
  [['--count', '0'], '--count: expected a whole number, 1 or more, got "0"'],
  [['--for', '5'], '--for: expected a duration'],
  [['--for', '5s', '--lines-per-second', '-1'], '--lines-per-second'],
  [['--for', '5s', '--lines-per-second', 'max'], 'max needs --count'],
  [['--count', '1', '--bytes', '10'], '--bytes: expected a size'],
  [['--count', '1', '--format', 'xml'], '--format: expected json or text, got "xml"'],
  [['--count', '1', '--rotate', 'burn'], '--rotate: expected'],
  [['--count', '1', '--wrong'], '--wrong'],
])('wrong usage %j ends with 2 and says why', async (args, message) => {
  start(...args);
  expect(await ended()).toBe(2);
  expect(stderr).toContain(message);
});

test('a folder that is not there ends with 1 and says so', async () => {
  start('--count', '1', '--file', join(folder, 'no', 'app.log'), '--exit-when-done');
  expect(await ended()).toBe(1);
  expect(stderr).toContain('ENOENT');
});
