import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import { describe, expect, test, vi } from 'vitest';
import { ownerOfThis } from '../../tools/owner.ts';
import { ApiObjects } from './api-objects.ts';
import { writeConfigVolume } from './config-volume.ts';
import type { Container, ContainerSignal } from './container.ts';
import { rootScript } from './container-root.ts';
import { loosened } from './gems.ts';
import { KeptContainer } from './kept-container.ts';
import { removeLeftFolders, Workplace } from './workplace.ts';

const temporary = () => mkdtempSync(join(tmpdir(), 'kubelet-'));

describe('a ConfigMap volume', () => {
  test('is swapped as a whole: a file is a link into ..data, which is a link to the newest content', () => {
    const folder = temporary();
    writeConfigVolume(folder, { 'td-agent.conf': 'one', old: 'x' }, new Date('2026-01-02T03:04:05.678Z'));
    expect(readlinkSync(join(folder, 'td-agent.conf'))).toBe('..data/td-agent.conf');
    expect(readlinkSync(join(folder, '..data'))).toBe('..2026_01_02T03_04_05.678');
    writeConfigVolume(folder, { 'td-agent.conf': 'two', 'sub/new': 'y' }, new Date('2026-01-02T03:04:05.678Z'));
    expect(readFileSync(join(folder, 'td-agent.conf'), 'utf8')).toBe('two');
    expect(readFileSync(join(folder, 'sub/new'), 'utf8')).toBe('y');
    expect(readdirSync(folder).sort()).toEqual(['..2026_01_02T03_04_05.678_1', '..data', 'sub', 'td-agent.conf']);
  });
});

describe('variables of a container', () => {
  const objects = new ApiObjects([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { A: '1', B: '2' } } as never,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { KEY: Buffer.from('secret').toString('base64') },
      stringData: { OTHER: 'plain' },
    } as never,
  ]);
  const of = (container: Omit<V1Container, 'name'>) =>
    objects.environmentOf({ name: 'x', ...container }, { name: 'pod-1', namespace: 'ns' });
  test('come as values, from ConfigMaps, Secrets and fields, and may name one another', () => {
    expect(
      of({
        envFrom: [{ prefix: 'P_', configMapRef: { name: 'c' } }],
        env: [
          { name: 'S', valueFrom: { secretKeyRef: { name: 's', key: 'KEY' } } },
          { name: 'O', valueFrom: { secretKeyRef: { name: 's', key: 'OTHER' } } },
          { name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'V', value: 'a$(S)b $(GONE) $$(S)' },
          { name: 'MAYBE', valueFrom: { secretKeyRef: { name: 'gone', key: 'K', optional: true } } },
        ],
      }),
    ).toEqual({ P_A: '1', P_B: '2', S: 'secret', O: 'plain', N: 'pod-1', V: 'asecretb $(GONE) $(S)' });
  });
  test('that come from nowhere are refused', () => {
    const gone = { name: 'G', valueFrom: { secretKeyRef: { name: 's', key: 'GONE' } } };
    expect(() => of({ env: [gone] })).toThrow('variable G comes from key GONE of Secret s, which is not there');
    expect(() => of({ envFrom: [{ secretRef: { name: 'gone' } }] })).toThrow('Secret gone, which is not there');
  });
});

test('a container’s root links to what the machine has along its mount paths, and binds the rest', () => {
  const tree: Record<string, string[]> = {
    '/': ['usr', 'etc', 'proc', 'tmp', 'var', 'app'],
    '/etc': ['passwd', 'hosts'],
    '/var': ['lib', 'log'],
    '/app': ['log', 'bin'],
  };
  const script = rootScript({
    folder: '/r',
    binds: [
      { source: "/it's", target: '/app/log', readOnly: false },
      { source: '/h', target: '/etc/hosts', readOnly: true },
    ],
    readOnly: true,
    user: 999,
    list: (folder) => (tree[folder] ?? []).map((name) => ({ name, kind: 'folder' })),
  });
  const lines = script.split('\n');
  expect(lines).toContain("mount --rbind '/usr' 'usr'");
  for (const own of ['/proc', '/tmp', '/etc', '/app', '/var']) expect(script).not.toContain(`--rbind '${own}'`);
  expect(lines).toContain("ln -s -t 'etc' '/.host/etc/passwd'");
  expect(lines).toContain("ln -s -t 'app' '/.host/app/bin'");
  expect(lines).toContain("ln -s -t 'var' '/.host/var/lib'");
  expect(lines).toContain("mount --bind '/it'\\''s' 'app/log'");
  expect(lines.at(-1)).toBe('exec unshare --user --map-user=999 --map-group=999 -- "$@"');
  expect(lines.indexOf('mount -o remount,bind,ro /')).toBeGreaterThan(lines.indexOf('pivot_root . .host'));
});

/** A life that ends when it is told to. */
class FakeLife {
  readonly startedAt = new Date();
  readonly signals: ContainerSignal[] = [];
  readonly #end = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>();
  running = true;
  /** What SIGTERM does; SIGKILL always ends it. */
  onTerm: () => void = () => this.end(0);
  get ended() {
    return this.#end.promise;
  }
  end(code: number | null, signal: NodeJS.Signals | null = null) {
    this.running = false;
    this.#end.resolve({ code, signal });
  }
  signal(signal: ContainerSignal) {
    this.signals.push(signal);
    if (signal === 'SIGKILL') this.end(null, 'SIGKILL');
    if (signal === 'SIGTERM') this.onTerm();
  }
  async exec(command: readonly string[]) {
    if (command[0] === 'false') throw new Error('exit code 1');
    return '';
  }
}

function keep(spec: Partial<V1Container> = {}) {
  const lives: FakeLife[] = [];
  const events: string[] = [];
  const kept = new KeptContainer({
    spec: { name: 'c', ...spec },
    start: async () => {
      const life = new FakeLife();
      lives.push(life);
      return life as never as Container;
    },
    connect: () => Promise.reject(new Error('connection refused')),
    event: (reason, message) => events.push(`${reason}: ${message}`),
  });
  return { kept, lives, events };
}

describe('a kept container', () => {
  test('runs again when it ends: at once, then with back-off', async () => {
    const { kept, lives, events } = keep();
    await kept.run();
    lives[0]!.end(1);
    await vi.waitUntil(() => lives.length === 2);
    expect([kept.restarts, kept.last]).toMatchObject([1, { exitCode: 1, reason: 'Error' }]);
    lives[1]!.end(null, 'SIGKILL');
    await vi.waitUntil(() => lives.length === 3, { timeout: 5000 });
    expect(kept.last).toMatchObject({ exitCode: 137, reason: 'Error' });
    expect(events).toContain('BackOff: Back-off 1s restarting container c');
    await kept.stop(1000);
    expect(lives.length).toBe(3);
  });

  test('is stopped with SIGTERM, and killed once its grace is over; then it stays down', async () => {
    const { kept, lives, events } = keep();
    await kept.run();
    lives[0]!.onTerm = () => {};
    await kept.stop(50);
    expect(lives[0]!.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(events).toContain('Killing: c did not end within its grace period: SIGKILL');
    expect([lives.length, kept.running]).toEqual([1, false]);
  });

  test('has its preStop hook before SIGTERM', async () => {
    const { kept, lives, events } = keep({ lifecycle: { preStop: { exec: { command: ['false'] } } } });
    await kept.run();
    await kept.stop(1000);
    expect(events.slice(1, 3)).toEqual(['FailedPreStopHook: c: exit code 1', 'Killing: Stopping container c']);
    expect(lives[0]!.signals).toEqual(['SIGTERM']);
  });

  test('is not ready while its probe fails, and restarted where it is not alive', async () => {
    const failing = { exec: { command: ['false'] }, periodSeconds: 0.02, failureThreshold: 2 };
    const { kept, lives, events } = keep({
      readinessProbe: failing,
      livenessProbe: { ...failing, failureThreshold: 3 },
    });
    await kept.run();
    await vi.waitUntil(() => lives.length === 2);
    expect(lives[0]!.signals).toEqual(['SIGTERM']);
    expect(kept.ready).toBe(false);
    expect(events).toContain('Unhealthy: c: liveness probe failed: exit code 1');
    await kept.stop(1000);
  });

  test('is ready once its probe goes well, and started only once its startup probe does', async () => {
    const well = { exec: { command: ['true'] }, periodSeconds: 0.02 };
    const { kept } = keep({ readinessProbe: well, startupProbe: well });
    await kept.run();
    await vi.waitUntil(() => kept.ready);
    await kept.stop(1000);
    expect(kept.ready).toBe(false);
  });
});

describe('what a killed run left', () => {
  test('goes; what belongs to a process that runs stays', async () => {
    const parent = temporary();
    using mine = await Workplace.make('mine', parent);
    const dead = await Workplace.make('dead', parent);
    writeFileSync(join(dead.folder, 'owner'), (await ownerOfThis()).replace(/[^/]*$/, '1'));
    mkdirSync(join(parent, 'somebody-else'));
    expect(await removeLeftFolders(parent)).toEqual([dead.folder]);
    expect([existsSync(mine.folder), existsSync(join(parent, 'somebody-else'))]).toEqual([true, true]);
  });
});

test('exact versions in a Gemfile become upper bounds', () => {
  expect(
    loosened(
      "source 'https://rubygems.org'\ngem 'fluentd', '1.20.1'\n  gem \"a-b\", \"2\"\ngem 'c', '~> 1.0'\ngem 'd'\n",
    ),
  ).toBe(
    "source 'https://rubygems.org'\ngem 'fluentd', '<= 1.20.1'\n  gem \"a-b\", \"<= 2\"\ngem 'c', '~> 1.0'\ngem 'd'\n",
  );
});
