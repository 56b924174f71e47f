import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { ROOT } from '../cli/root.ts';
import { type Ended, spawnCli } from '../cli/spawn-cli.ts';
import { until } from '../core/condition.ts';
import { buildImage } from '../tools/images.ts';
import { ourContainers, ourNetworks, ourVolumes } from '../tools/ours.ts';
import { run } from '../tools/shell.ts';
import { attachDevStack } from './attach.ts';
import { buildFirst } from './build-first.ts';
import { savedObjects } from './dashboards/saved-objects.ts';
import { readLive } from './live.ts';

const docker = inject('docker');

/** Longest wait for one step, ms. */
const STEP_MS = 120_000;

/** An `npm run dev` that runs beside the test. */
class Session {
  said = '';
  readonly ended: Promise<Ended>;
  static readonly all: Session[] = [];
  #interrupted = false;

  /** Without Dashboards, unless their image is named. */
  constructor(args: readonly string[], dashboards?: string) {
    Session.all.push(this);
    const interruptWhen = (said: string) => {
      this.said = said;
      return this.#interrupted;
    };
    const env: Record<string, string> = dashboards === undefined ? {} : { DASHBOARDS_IMAGE: dashboards };
    this.ended = spawnCli('dev', [...(dashboards === undefined ? ['--no-dashboards'] : []), ...args], {
      interruptWhen,
      env,
    });
  }

  /** Waits until it says this after what it had said at `from`; returns the match. */
  says(pattern: RegExp, from = 0): Promise<RegExpMatchArray> {
    return until(
      {
        name: `npm run dev to say ${pattern}`,
        look: async () => {
          const over = await Promise.race([this.ended, undefined]);
          const found = (over ? over.stdout + over.stderr : this.said).slice(from).match(pattern);
          if (found) return { met: true, value: found };
          if (over) throw new Error(`it ended with ${over.code}: ${over.stdout}${over.stderr}`);
          return { met: false, saw: this.said };
        },
      },
      { withinMs: STEP_MS },
    );
  }

  async interrupt(): Promise<Ended> {
    this.#interrupted = true;
    return this.ended;
  }
}

/** Names of all that a dev stack has left behind. */
async function leftBehind(): Promise<string[]> {
  const all = (await Promise.all([ourContainers(), ourNetworks(), ourVolumes()])).flat();
  return all.map(({ name }) => name).filter((name) => /^efk-(sidecar|dev)/.test(name));
}

/** A folder with a configuration that may be changed. */
function ownConfig(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dev-conf-'));
  chmodSync(folder, 0o755);
  copyFileSync(join(ROOT, 'fluentd', 'td-agent.conf'), join(folder, 'td-agent.conf'));
  return join(folder, 'td-agent.conf');
}

/** Saves as most editors do: another file takes the name. */
function save(file: string, text: string): void {
  writeFileSync(`${file}~`, text);
  renameSync(`${file}~`, file);
}

/** Changes the configuration of a session for the better, for the worse and back, and looks at what is said. */
async function edit(session: Session, config: string): Promise<void> {
  const good = readFileSync(config, 'utf8');
  let from = session.said.length;
  save(config, good.replace('request_timeout 30s', 'request_timeout 31s'));
  const [, ms] = await session.says(/✔ .*td-agent\.conf reloaded in place after (\S+)/, from);
  expect(Number.parseFloat(ms!)).toBeLessThan(30);

  from = session.said.length;
  const line = good.split('\n').findIndex((text) => text.includes('@type tail_to_the_end')) + 1;
  save(config, good.replace('@type tail_to_the_end', '@type tial'));
  await session.says(
    new RegExp(
      `✘ .*td-agent\\.conf:${line}: Unknown input plugin 'tial'[\\s\\S]*> +${line} +@type tial[\\s\\S]*the old configuration goes on`,
    ),
    from,
  );

  from = session.said.length;
  save(config, good);
  await session.says(/✔ .*td-agent\.conf (reloaded in place|is again what runs)/, from);
}

/** Takes the configuration's own reload away: from then on a change needs a restart, after fluentd's own dry run. */
async function editWithoutReload(session: Session, config: string, how: RegExp): Promise<void> {
  let from = session.said.length;
  const without = readFileSync(config, 'utf8').replace(/<source>[^<]*@type reload_on_change[^<]*<\/source>/, '');
  save(config, without);
  await session.says(how, from);

  from = session.said.length;
  save(config, without.replace('@type tail_to_the_end', '@type tial'));
  await session.says(/✘ .*td-agent\.conf:\d+: Unknown input plugin 'tial'/, from);

  from = session.said.length;
  save(config, without.replace('request_timeout 30s', 'request_timeout 31s'));
  await session.says(how, from);
}

describe.skipIf(!docker)('npm run dev', () => {
  beforeAll(buildFirst);
  afterEach(async () => {
    await Promise.all(Session.all.splice(0).map((session) => session.interrupt()));
    await spawnCli('down', []);
  });

  test('is up within 40 s, reloads what is saved, refuses what is wrong, and leaves nothing at Ctrl-C', async () => {
    const config = ownConfig();
    const session = new Session(['--config', config, '--lines-per-second', '20']);
    const [, seconds] = await session.says(/first line searchable after ([\d.]+)s/);
    expect(Number(seconds)).toBeLessThan(40);
    await session.says(/engine +http:\/\/127\.0\.0\.1:\d+/);

    const logs = await spawnCli('logs', ['application', '--tail', '3']);
    expect(logs.stderr).toContain('$ docker compose logs test-repo --tail 3');
    expect(logs.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(logs.code).toBe(0);

    const second = await spawnCli('dev', []);
    expect(second.stderr).toMatch(/a dev stack is up already, on compose .*another npm run dev works on it/);
    expect(second.code).toBe(2);
    expect((await spawnCli('down', [])).stdout).toMatch(/4 containers belong to a command that is under way, and stay/);

    await edit(session, config);
    await editWithoutReload(session, config, /✔ .*td-agent\.conf came into force by a restart of fluentd/);
    const { code, stdout, stderr } = await session.interrupt();
    expect(stdout).toMatch(/(1\d|2\d) lines\/s in · [\d,]+ searchable · lag \S+ · buffer .* · 0 retries · no errors/);
    expect(stderr).toContain('SIGINT: taking everything down');
    expect(code).toBe(130);
    expect(await leftBehind()).toEqual([]);
  });

  test('--keep leaves it up, the next one takes it, and npm run down removes it', async () => {
    const first = new Session(['--keep']);
    await first.says(/first line searchable/);
    expect(await first.interrupt()).toMatchObject({ code: 0, stdout: expect.stringContaining('left up') });
    const second = new Session([]);
    await second.says(/taking the stack that was left up, on compose[\s\S]*first line searchable/);
    expect((await second.interrupt()).code).toBe(0);
    expect((await leftBehind()).length).toBeGreaterThan(0);
    expect((await spawnCli('down', [])).stdout).toContain('removed 4 containers, 1 networks and 1 volumes');
    expect(await leftBehind()).toEqual([]);
  });

  const phases: [string, (session: Session) => Promise<unknown>][] = [
    ['looks around', (session) => session.says(/starting on/)],
    [
      'starts',
      () =>
        until(
          {
            name: 'a container',
            look: async () => ((await leftBehind()).length > 0 ? { met: true, value: 1 } : { met: false, saw: 'none' }),
          },
          { withinMs: STEP_MS },
        ),
    ],
    [
      'waits for the engine',
      () =>
        until(
          {
            name: 'all containers',
            look: async () =>
              (await leftBehind()).length >= 6 ? { met: true, value: 1 } : { met: false, saw: 'fewer' },
          },
          { withinMs: STEP_MS },
        ),
    ],
  ];
  test.each(phases)('leaves nothing when it is interrupted while it %s', async (_phase, reached) => {
    const session = new Session([]);
    await reached(session);
    expect((await session.interrupt()).code).toBe(130);
    expect(await leftBehind()).toEqual([]);
  });

  test('what a killed one has left is removed by the next command that starts, its volume included', async () => {
    const interruptWhen = async () => (await leftBehind()).length >= 6;
    await spawnCli('dev', ['--no-dashboards'], { interruptWhen, by: 'SIGKILL' });
    expect(await leftBehind()).not.toEqual([]);
    const { stdout } = await spawnCli('doctor', []);
    expect(stdout).toMatch(/left-overs: removed what a killed run had left: .*efk-sidecar_log-volume/);
    expect(await leftBehind()).toEqual([]);
  });

  test('a configuration that fluentd refuses from the beginning ends it, with fluentd’s words', async () => {
    const config = ownConfig();
    save(config, readFileSync(config, 'utf8').replace('@type tail_to_the_end', '@type tial'));
    const { code, stderr } = await new Session(['--config', config]).ended;
    expect(stderr).toMatch(
      /fluentd-sidecar ended with exit code \d+; its last words:[\s\S]*Unknown input plugin 'tial'/,
    );
    expect(code).toBe(2);
    expect(await leftBehind()).toEqual([]);
  });

  test('--log-dir reads a folder of this machine, through a rotation, and writes nothing into it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dev-logs-'));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'mine.log'), 'one\ntwo\n');
    const session = new Session(['--log-dir', folder]);
    await session.says(/first line searchable/);
    const stack = (await attachDevStack())!;
    const searchable = (count: number) =>
      until(
        {
          name: `${count} lines to be searchable`,
          look: async () => {
            const { searchable: saw } = await readLive(stack);
            return saw === count ? { met: true, value: saw } : { met: false, saw: String(saw) };
          },
        },
        { withinMs: STEP_MS },
      );
    await searchable(2);
    appendFileSync(join(folder, 'mine.log'), 'three\n');
    renameSync(join(folder, 'mine.log'), join(folder, 'mine.log.1'));
    writeFileSync(join(folder, 'mine.log'), 'four\n');
    await searchable(4);
    await stack.write('{"message":"five"}');
    await searchable(5);
    await session.interrupt();
    expect(readdirSync(folder).sort()).toEqual(['mine.log', 'mine.log.1']);
  });

  test('--app runs an image in place of the sample application', async () => {
    const context = mkdtempSync(join(tmpdir(), 'dev-app-'));
    const loop = 'while :; do echo "hello of mine" >> /app/log/mine.log; sleep 0.2; done';
    writeFileSync(join(context, 'Dockerfile'), `FROM debian:trixie-slim\nCMD ${JSON.stringify(['sh', '-c', loop])}\n`);
    const image = 'efk-sidecar-harness/dev-test-app:latest';
    await buildImage({ context, dockerfile: join(context, 'Dockerfile'), tag: image });
    try {
      const session = new Session(['--app', image]);
      await session.says(/first line searchable/);
      const { addresses } = (await attachDevStack())!;
      expect(await (await fetch(`${addresses.engine}/_search?q=mine`)).text()).toContain('hello of mine');
      await session.interrupt();
    } finally {
      await run(['docker', 'image', 'rm', '--force', image]);
    }
  });

  test('Dashboards are started beside it where their image is here, and left out in a line where it is not', async () => {
    const context = mkdtempSync(join(tmpdir(), 'dev-dashboards-'));
    // As far as it is asked: ready at once, and it takes what is imported, which it shows afterwards.
    const answers = JSON.stringify({
      status: { overall: { state: 'green' } },
      ...{ success: true, successCount: savedObjects().length },
    });
    const server = `let imported = ''; require('http').createServer((asked, answer) => {
      if (asked.method === 'POST') asked.setEncoding('utf8').on('data', (text) => { imported += text; });
      asked.on('end', () => answer.end(asked.url === '/imported' ? imported : '${answers}')).resume();
    }).listen(5601)`;
    const file = `FROM node:24-trixie-slim\nCMD ${JSON.stringify(['node', '-e', server])}\n`;
    writeFileSync(join(context, 'Dockerfile'), file);
    const image = 'efk-sidecar-harness/dev-test-dashboards:latest';
    await buildImage({ context, dockerfile: join(context, 'Dockerfile'), tag: image });
    try {
      const session = new Session(['--keep'], image);
      const [, url] = await session.says(/dashboards +(http:\/\/127\.0\.0\.1:\d+) \(after/);
      expect(await (await fetch(`${url}/imported`)).text()).toContain('logstash-*');
      expect((await attachDevStack())?.addresses.dashboards).toBe(url);
      await session.interrupt();
      await spawnCli('down', []);
      expect(await leftBehind()).toEqual([]);
    } finally {
      await run(['docker', 'image', 'rm', '--force', image]);
    }
    const without = new Session([], 'localhost:1/nowhere:1');
    await without.says(/dashboards +left out: the image localhost:1\/nowhere:1 is not here and could not be pulled/);
    expect((await without.interrupt()).code).toBe(130);
  });

  test('--target k3s does the same in a pod', async () => {
    const config = ownConfig();
    const session = new Session(['--target', 'k3s', '--config', config]);
    await session.says(/first line searchable/);
    const logs = await spawnCli('logs', ['fluentd', '--tail', '2']);
    expect(logs.stderr).toMatch(
      /\$ docker exec efk-dev\w+-k3s kubectl --namespace kubetest logs deployment\/testdeployment -c fluentd-sidecar --tail 2/,
    );
    expect(logs.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect((await attachDevStack())?.kind).toBe('k3s');
    await edit(session, config);
    await editWithoutReload(session, config, /✔ .*td-agent\.conf came into force by a rollout restart/);
    expect((await session.interrupt()).code).toBe(130);
    expect(await leftBehind()).toEqual([]);
  });
});
