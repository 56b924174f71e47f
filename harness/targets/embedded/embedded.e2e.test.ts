import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, inject, test, vi } from 'vitest';
import { ROOT } from '../../cli/root.ts';
import { spawnCli } from '../../cli/spawn-cli.ts';
import { findBundler, findCompiler, findRuby, tryNamespaces } from './requirements.ts';

const missing = await Promise.all([findRuby(), findBundler(), findCompiler(), tryNamespaces()]).then(
  () => undefined,
  (error: Error) => error.message,
);
const able = inject('embedded') && missing === undefined;

const ARGS = ['--target', 'embedded'];
/** One of each kind: what is read, what is restarted, what the edge does, and two that this target cannot run. */
const NAMES = [
  'changes-only-the-configmap',
  'delivers-every-line',
  'finds-planted-defects',
  'keeps-poison-records-aside',
  'reads-lines-written-before-start',
  'ships-a-last-line-without-newline',
  'survives-a-killed-fluentd',
  'survives-an-engine-restart',
  'survives-an-eviction',
  'survives-rotation',
  'survives-throttling',
];
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('efk-embedded-'));
/** Processes that have a volume of a run's folder mounted: those of its containers, whatever they are called. */
const processes = (folder: string) =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && mountsOf(pid).includes(`/${folder}/`));
const mountsOf = (pid: string) => {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, 'utf8');
  } catch {
    return '';
  }
};

describe.skipIf(!able)(`the embedded target${missing ? `: ${missing.split('\n')[0]}` : ''}`, () => {
  test('keeps its promises without Docker; what needs a cluster or an engine is skipped by name', async () => {
    const ended = await spawnCli('e2e', [...ARGS, '--json', '-t', ...NAMES], {
      env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    });
    const results = JSON.parse(ended.stdout);
    const of = (outcome: string) => results.scenarios.filter((one: { outcome: string }) => one.outcome === outcome);
    expect([...of('fail'), ...of('error')]).toEqual([]);
    expect(of('pass').map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(NAMES.filter((name) => !name.includes('engine') && !name.includes('eviction'))),
    );
    for (const { reasons } of of('skip'))
      expect(reasons[0]).toMatch(/^the target embedded (is no Kubernetes cluster|has no search engine)/);
    expect(ended.code).toBe(0);
    expect(folders()).toEqual([]);
  });

  test('turns red where a setting is taken away, and says where the records were lost', async () => {
    const args = [...ARGS, '-t', 'reads-lines-written-before-start', '--set', 'fluentd.read_from_head='];
    const { code, stdout } = await spawnCli('e2e', args);
    expect(stdout).toMatch(/missing: 500 of 500 .*whole, written-not-read/);
    expect(code).toBe(1);
  });

  test('a configuration that fluentd refuses ends the run with fluentd’s own words', async () => {
    const { code, stderr } = await spawnCli('e2e', [
      ...ARGS,
      '-t',
      'delivers-every-line',
      '--set',
      'fluentd.flush_mode=sometimes',
    ]);
    expect(stderr).toMatch(/container fluentd-sidecar ended with exit code \d.*its last words:.*flush_mode/s);
    expect(code).toBe(2);
    expect(folders()).toEqual([]);
  });

  test('Ctrl-C leaves nothing and exits with 130', async () => {
    const { code } = await spawnCli('e2e', [...ARGS, '-t', 'survives-a-killed-fluentd'], {
      interruptWhen: () => folders().some((folder) => processes(folder).length >= 2),
    });
    expect(code).toBe(130);
    expect(folders()).toEqual([]);
  });

  test('SIGKILL of the command takes every process with it; the next start removes its folder', async () => {
    const child = spawn(process.execPath, ['harness/cli/e2e.ts', ...ARGS, '-t', 'survives-a-killed-fluentd'], {
      cwd: ROOT,
      stdio: 'ignore',
    });
    await vi.waitUntil(() => folders().some((folder) => processes(folder).length >= 2), { timeout: 30_000 });
    const [left] = folders();
    child.kill('SIGKILL');
    await once(child, 'close');
    await vi.waitUntil(() => processes(left!).length === 0, { timeout: 5000 });
    expect(folders()).toEqual([left]);
    const { code } = await spawnCli('e2e', [...ARGS, '-t', 'delivers-every-line']);
    expect(code).toBe(0);
    expect(folders()).toEqual([]);
  });
});
