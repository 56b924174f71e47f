import { spawn } from 'node:child_process';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { ContainerGauge } from './container-gauge.ts';
import { gaugeScript } from './gauge-script.ts';
import { parseGauge } from './gauge-text.ts';

/** As the script printed it on a node with cgroup v1. */
const V1 = `/proc/uptime:19577.27 22283.59
/sys/fs/cgroup/cpuacct/cpuacct.usage:16599537783590
/sys/fs/cgroup/cpu/cpu.stat:nr_periods 1204
/sys/fs/cgroup/cpu/cpu.stat:nr_throttled 31
/sys/fs/cgroup/memory/memory.usage_in_bytes:9032511488
/sys/fs/cgroup/memory/memory.stat:inactive_file 0
/sys/fs/cgroup/memory/memory.stat:total_inactive_file 3743285248`;

/** The same with cgroup v2: keys as the kernel's Documentation/admin-guide/cgroup-v2.rst has them. */
const V2 = `/proc/uptime:124.08 932.80
/sys/fs/cgroup/cpu.stat:usage_usec 58125397
/sys/fs/cgroup/cpu.stat:nr_periods 40
/sys/fs/cgroup/cpu.stat:nr_throttled 4
/sys/fs/cgroup/memory.current:299810816
/sys/fs/cgroup/memory.stat:inactive_file 4505600`;

const FILES = `/app/log/.fluentd/lines.pos:/app/log/app.log\t0000000000000064\t0000000000000010
/app/log/.fluentd/lines.pos:/app/log/app.log.1\tffffffffffffffff\t0000000000000011
/app/log/.fluentd/lines.pos:/app/log/gone.log\t00000000000000ff\t0000000000000012
file 16 150 /app/log/app.log
file 17 5 /app/log/app.log.1
file 19 7 /app/log/app.log.new
file 20 999 /app/log/app.log.2.gz
123\t/app/log`;

describe('what a container says of itself', () => {
  test('cgroup v1', () => {
    expect(parseGauge(V1.split('\n'))).toEqual({
      ...{ uptimeSeconds: 19577.27, cpuSeconds: 16599.53778359, periods: 1204, throttledPeriods: 31 },
      memoryBytes: 9032511488 - 3743285248,
    });
  });

  test('cgroup v2', () => {
    expect(parseGauge(V2.split('\n'))).toEqual({
      ...{ uptimeSeconds: 124.08, cpuSeconds: 58.125397, periods: 40, throttledPeriods: 4 },
      memoryBytes: 299810816 - 4505600,
    });
  });

  test('log files by inode: read in part, not at all, left, packed; and the volume', () => {
    expect(parseGauge(FILES.split('\n'))).toEqual({ unreadBytes: 50 + 7, volumeBytes: 123 * 1024 });
    expect(parseGauge(['file 16 150 /app/log/app.log'])).toEqual({});
  });

  test('Redis', () => {
    expect(parseGauge(['# Memory\r', 'used_memory:1048576\r', 'used_memory_human:1.00M\r', '42'])).toEqual({
      ...{ usedMemoryBytes: 1048576, entries: 42 },
    });
  });

  test('nothing where there is nothing', () => {
    expect(parseGauge([])).toEqual({});
  });
});

describe('the script that asks it', () => {
  /** The script in a real shell of this machine. */
  const start = (script: string) => {
    const shell = spawn('sh', ['-c', script]);
    let rest = '';
    const open = async (onLine: (line: string) => void) => {
      shell.stdout.setEncoding('utf8').on('data', (data: string) => {
        const lines = (rest + data).split('\n');
        rest = lines.pop()!;
        for (const line of lines) onLine(line);
      });
      const ended = new Promise<void>((resolve) => void shell.once('close', () => resolve()));
      return { ended, write: (words: string) => void shell.stdin.write(words), stop: () => void shell.stdin.end() };
    };
    return { shell, open };
  };
  const never = new Promise<void>(() => {});

  test('answers each ask, counts the volume at first and then now and then, and ends with its stdin', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gauge-'));
    const log = join(folder, 'app.log');
    writeFileSync(log, 'x'.repeat(100));
    const hex = (number: number) => number.toString(16).padStart(16, '0');
    const pos = join(folder, 'lines.pos');
    writeFileSync(pos, `${log}\t${hex(40)}\t${hex(statSync(log).ino)}\n`);
    const { shell, open } = start(gaugeScript({ positions: [pos], logs: [`${folder}/*.log*`], volume: folder }));
    let now = 1000;
    const gauge = new ContainerGauge(open, () => now++);
    expect(await gauge.read(never)).toBe(true);
    const first = gauge.reading();
    expect(first).toMatchObject({ at: 1000, unreadBytes: 60 });
    expect(first.volumeBytes).toBeGreaterThan(0);
    expect(first.uptimeSeconds).toBeGreaterThan(0);
    writeFileSync(log, 'x'.repeat(500_000));
    expect(await gauge.read(never)).toBe(true);
    expect(gauge.reading()).toMatchObject({ at: 1001, unreadBytes: 500_000 - 40, volumeBytes: first.volumeBytes });
    await gauge.stop();
    expect(shell.exitCode).toBe(0);
    expect(gauge.over).toBe(true);
    expect(gauge.mute).toBe(false);
    expect(await gauge.read(never)).toBe(false);
  });

  test('is understood by a shell that has nothing but POSIX, without a word on stderr', async () => {
    const { shell } = start(gaugeScript({ redisStream: 'fluentd', logs: ['/nowhere/*.log'], volume: '/nowhere' }));
    const said = Promise.all([text(shell.stdout), text(shell.stderr)]);
    shell.stdin.end('rv\nr\n');
    const [answer, complaints] = await said;
    expect(answer.split('\n').filter((line) => line === '.')).toHaveLength(2);
    expect(complaints).toBe('');
  });
});

test('an answer that comes late is no answer now, and the newest one later; nothing is asked twice meanwhile', async () => {
  const asks: string[] = [];
  let say: (line: string) => void = () => {};
  const gauge = new ContainerGauge(
    async (onLine) => {
      say = onLine;
      return { ended: new Promise(() => {}), stop: () => {}, write: (words) => void asks.push(words) };
    },
    () => 77,
  );
  expect(await gauge.read(new Promise((resolve) => setTimeout(resolve, 20)))).toBe(false);
  expect(gauge.at).toBe(0);
  const second = gauge.read(new Promise(() => {}));
  await new Promise((resolve) => setTimeout(resolve, 5));
  for (const line of ['/proc/uptime:5.5 1.0', '.']) say(line);
  expect(await second).toBe(true);
  expect(gauge.reading()).toEqual({ at: 77, uptimeSeconds: 5.5 });
  expect(asks).toEqual(['rv\n']);
});
