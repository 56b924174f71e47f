import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../core/condition.ts';
import { ledgerEvent } from '../core/ledger.ts';
import { LedgerBook, type StreamAccount, timeOf } from '../core/ledger-book.ts';
import { identitiesIn, recordLine } from '../core/record.ts';

let folder: string;
let child: ChildProcess;
let closed: Promise<unknown[]>;
let stdout: string;
let stderr: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'emitter-'));
  stdout = '';
  stderr = '';
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function start(args: string, file = join(folder, 'app.log')): void {
  const main = join(import.meta.dirname, 'main.ts');
  child = spawn(process.execPath, [main, '--run', 'r1', '--file', file, ...args.split(' ')]);
  closed = once(child, 'close');
  child.stdout!.on('data', (data) => {
    stdout += data;
  });
  child.stderr!.on('data', (data) => {
    stderr += data;
  });
}

async function ended(): Promise<number | null> {
  const [code] = await closed;
  return code as number | null;
}

/** Waits until the ledger has so many events of a kind. */
function seen(kind: string, times = 1): Promise<void> {
  const count = () => stdout.split(`{"ledger":"${kind}"`).length - 1;
  const look = () =>
    count() >= times
      ? { met: true as const, value: undefined }
      : { met: false as const, saw: `${stdout.slice(-300)}${stderr}` };
  return until({ name: `${times} events "${kind}"`, look }, { withinMs: 4000, everyMs: 10 });
}

function created(): Promise<void> {
  const look = () =>
    existsSync(join(folder, 'app.log'))
      ? { met: true as const, value: undefined }
      : { met: false as const, saw: stderr };
  return until({ name: 'the log file', look }, { withinMs: 4000, everyMs: 10 });
}

/** The ledger, which must be without contradiction; with one stream, also that. */
function book(): StreamAccount[] {
  const all = new LedgerBook();
  for (const line of stdout.split('\n').filter(Boolean)) all.add(ledgerEvent.parse(JSON.parse(line)));
  expect(all.complaints).toEqual([]);
  return [...all.streams.values()];
}

const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');

/** Seqs in all files together, sorted. */
function seqsOnDisk(): number[] {
  const text = readdirSync(folder).map(textOf).join('');
  return identitiesIn(text)
    .map(({ seq }) => seq)
    .sort((a, b) => a - b);
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test.each([
  ['json', 'ascii'],
  ['text', 'ascii'],
  ['json', 'korean'],
  ['text', 'stack-trace'],
] as const)(
  'writes exactly what its ledger says, as %s of %s, each line with the time it was due',
  async (format, text) => {
    start(`--lines-per-second 1000 --for 300ms --exit-when-done --format ${format} --text ${text} --bytes 256`);
    expect(await ended()).toBe(0);
    const [account] = book();
    expect(account).toMatchObject({
      accepted: 300,
      intended: 300,
      loadsDone: 1,
      ended: 'done',
      format,
      text,
    });
    const { stream, payloadLength, paces } = account!;
    const lines = upTo(300).map(
      (seq) =>
        `${recordLine(format, { run: 'r1', stream, seq }, new Date(paces[0]!.at + seq).toISOString(), payloadLength, text)}\n`,
    );
    expect(textOf('app.log')).toBe(lines.join(''));
    expect(Buffer.byteLength(lines[0]!)).toBe(256);
    expect(stdout.trimEnd().split('\n').length).toBeLessThan(20);
  },
);

test.each(['rename', 'delete-and-create'])('rotation by %s', async (how) => {
  start(`--lines-per-second 1000 --for 200ms --rotate-at 50ms,50ms --rotate ${how} --exit-when-done`);
  expect(await ended()).toBe(0);
  const [account] = book();
  const [first, second] = account!.rotations.map(({ seq }) => seq);
  expect(account!.rotations.map((one) => one.how)).toEqual([how, how]);
  expect(second).toBeGreaterThan(first!);
  const parts =
    how === 'delete-and-create'
      ? { 'app.log': [second!, 200] }
      : { 'app.log': [second!, 200], 'app.log.1': [first!, second!], 'app.log.2': [0, first!] };
  expect(readdirSync(folder).sort()).toEqual(Object.keys(parts));
  for (const [file, [from, to]] of Object.entries(parts)) {
    expect(identitiesIn(textOf(file)).map(({ seq }) => seq)).toEqual(upTo(to!).slice(from));
  }
});

test('rotation by copytruncate: what was written between copy and truncation is in no file', async () => {
  start('--lines-per-second 5000 --for 200ms --rotate-at 50ms,100ms --rotate copytruncate --exit-when-done');
  expect(await ended()).toBe(0);
  const [account] = book();
  const [first, second] = account!.rotations.map(({ seq }) => seq) as [number, number];
  expect(account!.accepted).toBe(1000);
  const seqs = (file: string) => identitiesIn(textOf(file)).map(({ seq }) => seq);
  const [newest, middle, oldest] = ['app.log', 'app.log.1', 'app.log.2'].map(seqs) as [number[], number[], number[]];
  expect(oldest).toEqual(upTo(first));
  expect(middle).toEqual(upTo(second).slice(middle[0]));
  expect(newest).toEqual(upTo(1000).slice(newest[0]));
  expect([middle[0]! > first, newest[0]! > second]).toEqual([true, true]);
});

test('a rotation later than the load takes place after it', async () => {
  start('--count 5 --lines-per-second max --rotate-at 50ms --exit-when-done');
  expect(await ended()).toBe(0);
  expect([textOf('app.log'), identitiesIn(textOf('app.log.1')).length]).toEqual(['', 5]);
});

test('SIGTERM: the load stops, the last burst comes after its time, the ledger is closed', async () => {
  start('--lines-per-second 100 --for 60s --last-burst 50 --last-burst-after 150ms');
  await seen('accepted');
  child.kill('SIGTERM');
  const stopped = Date.now();
  // No further signal shortens the wait, takes the burst away or starts a load.
  const pester = () => {
    if (Date.now() - stopped > 30) for (const signal of ['SIGTERM', 'SIGINT', 'SIGUSR2'] as const) child.kill(signal);
    return child.exitCode === null
      ? { met: false as const, saw: stdout.slice(-300) }
      : { met: true as const, value: child.exitCode };
  };
  await until({ name: 'the end', look: pester }, { withinMs: 4000, everyMs: 10 });
  expect(await ended()).toBe(0);
  const [account] = book();
  const burst = account!.paces.at(-1)!;
  expect(account).toMatchObject({ ended: 'SIGTERM', loadsDone: 0, accepted: burst.from + 50 });
  expect(burst.perSecond).toBe(0);
  expect(burst.at - stopped).toBeGreaterThanOrEqual(148);
  expect(seqsOnDisk()).toEqual(upTo(account!.accepted));
});

test('SIGINT ends without a burst, also while idle', async () => {
  start('--count 3 --lines-per-second max --last-burst 50');
  await seen('done');
  child.kill('SIGINT');
  expect(await ended()).toBe(0);
  expect(book()).toMatchObject([{ ended: 'SIGTERM', accepted: 3 }]);
  expect(seqsOnDisk()).toEqual(upTo(3));
});

test('a last burst that is spread over a time has a pace of its own', async () => {
  start('--count 3 --lines-per-second max --last-burst 20 --last-burst-after 50ms --last-burst-over 400ms');
  await seen('done');
  child.kill('SIGTERM');
  expect(await ended()).toBe(0);
  const [account] = book();
  expect(account).toMatchObject({ accepted: 23, ended: 'SIGTERM' });
  expect(account!.paces.at(-1)).toMatchObject({ from: 3, perSecond: 50 });
  expect(account!.acceptedAt - account!.paces.at(-1)!.at).toBeGreaterThanOrEqual(379);
});

test('every stream of a load passes midnight at the very moment that was asked for', async () => {
  start('--files 5 --count 10 --lines-per-second max --midnight-after 50ms --exit-when-done');
  expect(await ended()).toBe(0);
  const paces = book().flatMap((account) => account.paces);
  expect(paces).toHaveLength(5);
  for (const { at, shiftMs } of paces) expect((at + shiftMs + 50) % 86_400_000).toBe(0);
});

test.each(['20000', 'max'])(
  'SIGKILL at %s a second: the lines in the file lie between accepted and intended',
  async (perSecond) => {
    start(`--lines-per-second ${perSecond} --count 1000000000`);
    await seen('accepted', 2);
    child.kill('SIGKILL');
    expect(await ended()).toBeNull();
    const [account] = book();
    const written = Math.floor(statSync(join(folder, 'app.log')).size / 200);
    expect(account!.accepted).toBeLessThanOrEqual(written);
    expect(written).toBeLessThanOrEqual(account!.intended);
  },
);

test('on a signal: the empty file is there first, and every SIGUSR2 writes the load once', async () => {
  start('--start on-signal --count 20 --lines-per-second max');
  await created();
  expect([textOf('app.log'), stdout]).toEqual(['', '']);
  for (const times of [1, 2]) {
    child.kill('SIGUSR2');
    await seen('done', times);
    expect(seqsOnDisk()).toEqual(upTo(20 * times));
  }
  child.kill('SIGTERM');
  expect(await ended()).toBe(0);
  expect(book()).toMatchObject([{ loadsDone: 2, accepted: 40, ended: 'SIGTERM' }]);
});

test('a start delay: the file is not there before', async () => {
  start('--start-delay 300ms --count 3 --lines-per-second max --exit-when-done');
  expect(await ended()).toBe(0);
  const [account] = book();
  const boot = Number.parseInt(account!.stream.split('.').at(-2)!, 36);
  expect(statSync(join(folder, 'app.log')).birthtimeMs - boot).toBeGreaterThanOrEqual(295);
  expect(account!.paces[0]!.at - boot).toBeGreaterThanOrEqual(298);
  expect(seqsOnDisk()).toEqual(upTo(3));
});

test('several files are several streams that share the load, the pace and the last burst', async () => {
  start('--files 3 --count 10 --lines-per-second 60 --last-burst 4');
  await seen('done', 3);
  child.kill('SIGTERM');
  expect(await ended()).toBe(0);
  const accounts = book();
  expect(accounts.map(({ accepted }) => accepted)).toEqual([6, 4, 4]);
  expect(accounts.map(({ paces }) => paces.map(({ perSecond }) => perSecond))).toEqual([
    [20, 0],
    [20, 0],
    [20, 0],
  ]);
  expect(accounts.map(({ file }) => file)).toEqual(
    ['app.log', 'app-2.log', 'app-3.log'].map((name) => join(folder, name)),
  );
  for (const { file, stream, accepted } of accounts) {
    expect(identitiesIn(readFileSync(file, 'utf8'))).toEqual(upTo(accepted).map((seq) => ({ run: 'r1', stream, seq })));
  }
});

test('a mix of sizes in stages: a file for each size with its share, and every record due in its place', async () => {
  start('--stages 200ms@500,50ms@0,100ms@1000 --sizes 200B:0.75,1KiB:0.25 --exit-when-done');
  expect(await ended()).toBe(0);
  const accounts = book();
  expect(accounts.map(({ accepted, loadsDone }) => [accepted, loadsDone])).toEqual([
    [150, 1],
    [50, 1],
  ]);
  const [small, large] = accounts as [StreamAccount, StreamAccount];
  expect(small.paces.map(({ from, perSecond }) => [from, perSecond])).toEqual([
    [0, 375],
    [75, 750],
  ]);
  expect(large.paces.map(({ at }) => at - small.paces[0]!.at)).toEqual([0, 250]);
  expect([textOf('app.log').length, textOf('app-2.log').length]).toEqual([150 * 200, 50 * 1024]);
  for (const account of accounts) {
    const lines = readFileSync(account.file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => Date.parse(JSON.parse(line).time))).toEqual(
      upTo(account.accepted).map((seq) => timeOf(account, seq)),
    );
  }
});

test('the time in the lines passes midnight UTC in the middle of the load', async () => {
  start('--lines-per-second 1000 --for 200ms --midnight-after 100ms --exit-when-done');
  expect(await ended()).toBe(0);
  const days = textOf('app.log')
    .split('\n', 200)
    .map((line) => JSON.parse(line).time as string);
  const midnight = days.findIndex((time) => time.endsWith('T00:00:00.000Z'));
  expect(midnight).toBeGreaterThan(90);
  expect(midnight).toBeLessThanOrEqual(100);
  expect(days[midnight - 1]).toMatch(/T23:59:59\.999Z$/);
  expect(Date.parse(days[199]!)).toBeLessThan(Date.now());
});

test('no last newline: of the load’s last line, or of the last burst’s where there is one', async () => {
  start('--count 3 --lines-per-second max --no-last-newline --exit-when-done');
  expect(await ended()).toBe(0);
  expect([textOf('app.log').length, book()[0]!.accepted]).toEqual([599, 3]);
  rmSync(join(folder, 'app.log'));
  stdout = '';
  start('--count 3 --lines-per-second max --no-last-newline --last-burst 2');
  await seen('done');
  expect(textOf('app.log').length).toBe(600);
  child.kill('SIGTERM');
  expect(await ended()).toBe(0);
  expect([textOf('app.log').length, book()[0]!.accepted]).toEqual([999, 5]);
});

test('as fast as it goes for a time', async () => {
  start('--lines-per-second max --for 100ms --exit-when-done');
  expect(await ended()).toBe(0);
  const [account] = book();
  expect(account!.accepted).toBeGreaterThan(1000);
  expect(textOf('app.log').length).toBe(account!.accepted * 200);
});

test('wrong usage ends with 2 and says why', async () => {
  start('--count 0');
  expect(await ended()).toBe(2);
  expect(stderr).toBe(
    'emitter: --count: expected a whole number from 1 to 1000000000, got "0"\n         --help tells what may be asked\n',
  );
  expect(stdout).toBe('');
});

test('a folder that is not there ends with 1, in words and in the ledger', async () => {
  start('--count 1 --exit-when-done', join(folder, 'no', 'app.log'));
  expect(await ended()).toBe(1);
  expect(stderr).toContain('is the log volume mounted there');
  expect(book()).toMatchObject([{ ended: 'error', accepted: 0 }]);
});

test('a ledger that nobody can read ends the emitter: it writes nothing that it cannot announce', async () => {
  start('--lines-per-second 1000 --for 60s');
  await seen('accepted');
  child.stdout!.destroy();
  expect(await ended()).toBe(1);
  expect(stderr).toContain('EPIPE');
});
