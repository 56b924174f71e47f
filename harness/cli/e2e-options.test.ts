import { existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AWS_VARIABLES } from '../targets/aws/settings.ts';
import { readConfig } from './config.ts';
import { parseE2eOptions } from './e2e-options.ts';
import { spawnCli } from './spawn-cli.ts';

const parse = (...args: string[]) => parseE2eOptions(['node', 'e2e.ts', ...args]);

describe('the command line of npm run e2e', () => {
  test('nothing asked for: everything, where Docker answers on k3s and OpenSearch, delivered', () => {
    expect(parse()).toEqual({
      names: [],
      list: false,
      target: 'auto',
      rehearse: false,
      plant: [],
      yes: false,
      engine: 'opensearch',
      pipeline: 'delivered',
      topology: 'direct',
      keep: false,
      reuse: false,
      json: false,
      settings: { load: {}, setup: {}, parameters: {} },
    });
  });

  test('names and settings may come more than once', () => {
    const options = parse('-t', 'a', 'b', '-t', 'c', '--set', 'load.lines=10', '--set', 'fluentd.read_from_head=');
    expect(options).toMatchObject({
      names: ['a', 'b', 'c'],
      settings: { load: { lines: 10 }, parameters: { read_from_head: '' } },
    });
  });

  test('what the deployment shall be like is no parameter of fluentd or Redis', () => {
    const sets = ['pods=3', 'collectors=2', 'fluentd.cpu=0.25', 'fluentd.memory=256Mi'];
    const redis = ['redis.appendonly=no', 'redis.maxmemory=1mb'];
    expect(parse(...[...sets, ...redis].flatMap((one) => ['--set', one]))!.settings).toEqual({
      load: {},
      parameters: {},
      setup: {
        ...{ pods: 3, collectors: 2, cpu: '0.25', memoryLimit: '256Mi' },
        redis: { appendonly: 'no', maxmemory: '1mb' },
      },
    });
  });

  test('AWS, rehearsed, in a topology', () => {
    const options = parse('--target', 'aws', '--rehearse', '--plant', 'eks=absent', '--topology', 'redis');
    expect(options).toMatchObject({
      target: 'aws',
      rehearse: true,
      plant: ['eks=absent'],
      yes: false,
      topology: 'redis',
    });
  });

  test('two pipelines to compare', () => {
    expect(parse('--compare', 'as-written, ./mine', '--out', 'docs/promises.md')).toMatchObject({
      compare: ['as-written', './mine'],
      out: 'docs/promises.md',
    });
  });

  test.each([
    [['--target', 'moon'], /moon.*auto, k3s, embedded/s],
    [['--target', 'embedded', '--keep'], /--keep and --reuse need --target k3s/],
    [['--engine', 'solr'], /solr.*opensearch, elasticsearch/s],
    [['--target', 'aws', '--engine', 'opensearch'], /--engine is for local targets.*leave --engine out/],
    [['--target', 'k3s', '--rehearse'], /--rehearse and --yes need --target aws/],
    [['--yes'], /--rehearse and --yes need --target aws/],
    [['--target', 'aws', '--plant', 'eks=absent'], /--plant .*expected --rehearse with it/],
    [['--target', 'aws', '--rehearse', '--plant', 'moon'], /moon.*eks=absent/s],
    [['--target', 'aws', '--keep'], /what stays up on AWS goes on costing/],
    [['--compare', 'as-written'], /expected two different pipelines/],
    [['--compare', 'delivered,delivered'], /expected two different pipelines/],
    [['--compare', 'a,b', '--keep'], /--compare.*cannot be used with.*--keep/],
    [['--out', 'table.md'], /--out is where the table of --compare goes/],
    [['--topology', 'kafka'], /kafka.*direct, aggregator, redis/s],
    [['--set', 'collectors=1.5'], /expected a whole number above 0, got "1.5"/],
    [['--frobnicate'], /unknown option '--frobnicate'/],
    [['stray'], /too many arguments/],
    [['-t'], /argument missing/],
    [['--set', 'nonsense'], /--set nonsense: expected KEY=VALUE; keys: load\.linesPerSecond/],
    [['--set', 'load.speed=9'], /unknown key "load\.speed"/],
    [['--set', 'load.linesPerSecond=-1'], /expected a number above 0, got "-1"/],
    [['--set', 'load.linesPerSecond='], /expected a number above 0/],
    [['--set', 'load.for=10'], /expected a duration such as 5ms, 5s/],
    [['--set', 'load.bytes=10MB'], /expected a size such as/],
    [['--set', 'load.format=xml'], /expected json or text/],
    [['--set', 'pods=0'], /--set pods=0: expected a whole number above 0, got "0"/],
    [['--set', 'fluentd.cpu=lots'], /--set fluentd\.cpu=lots: expected an amount of CPU/],
    [['--set', 'fluentd.memory=256MiB'], /--set fluentd\.memory=256MiB: expected an amount of memory/],
    [['--topology', 'star'], /star.*direct, aggregator, redis/s],
  ])('%j is refused', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});

describe('in a process of its own', () => {
  test.each([
    ['e2e', ['--help'], 0, /--set keys: .*Exit codes: .*130 interrupted/s],
    ['doctor', ['--help'], 0, /to mend what is missing/],
    ['down', ['--help'], 0, /Removes every container/],
    ['e2e', ['-t', 'nobody'], 2, /unknown scenario "nobody"; there are:\n {2}.*delivers-every-line/s],
    ['e2e', ['--pipeline', '/nowhere'], 2, /unknown pipeline "\/nowhere": expected delivered, as-written or a folder/],
    ['down', ['--force'], 2, /--force needs --target aws/],
    ['doctor', ['--rehearse'], 2, /--rehearse and --yes need --target aws/],
    ['doctor', ['--plant', 'eks=absent'], 2, /expected --rehearse with it/],
    ['doctor', ['--manifests', 'manifests', '--rehearse'], 2, /--rehearse and --yes need --target aws/],
    ['doctor', ['--json'], 2, /--json needs --pipeline or --target aws/],
    ['doctor', ['--target', 'k3s'], 2, /--target k3s: expected aws, or --pipeline with it/],
    ['e2e', ['--set', 'x'], 2, /see: |expected KEY=VALUE/],
    ['e2e', ['--list'], 0, /delivers-every-line\n {2}the pipeline delivers every line/],
    [
      'e2e',
      ['--list'],
      0,
      /SIGKILL to the central collector.* · runs on k3s and aws with --topology aggregator or redis\n/,
    ],
    ['e2e', ['--list'], 0, /SIGKILL to Redis.* · runs on k3s and aws with --topology redis\n/],
  ])('%s %j exits with its code and message', async (name, args, code, message) => {
    const ended = await spawnCli(name, args);
    expect(ended.stdout + ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
  });

  test.each([
    ['k3s is asked for', ['--target', 'k3s'], {}, /^Docker does not answer: .*\n.*npm run doctor\n$/],
    ['what is up shall be kept', ['--keep'], {}, /^Docker does not answer: .*\n.*npm run doctor\n$/],
    ['CI is set', [], { CI: 'true' }, /^Docker does not answer: .*CI.*--target embedded/s],
  ])('without Docker, where %s: one plain sentence, and exit code 3', async (_where, args, env, message) => {
    const ended = await spawnCli('e2e', args, { env: { CI: '', ...NO_DOCKER, ...env } });
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(3);
  });

  test('the doctor says what is missing and how to mend it', async () => {
    const ended = await spawnCli('doctor', [], { env: { ...NO_DOCKER, PATH: poorPath() } });
    expect(ended.stdout).toMatch(/✔ Node: v\d+/);
    expect(ended.stdout).toMatch(/✘ Docker: .*\n {4}mend: install Docker/);
    expect(ended.stdout).toMatch(/✘ Ruby: there is no "ruby"\n {4}mend: apt-get install -y ruby ruby-dev bundler gcc/);
    expect(ended.code).toBe(3);
  });

  test('without Docker and Ruby, the embedded target names the one command', async () => {
    const ended = await spawnCli('e2e', ['--target', 'embedded'], { env: { ...NO_DOCKER, PATH: poorPath() } });
    expect(ended.stderr).toMatch(/needs Ruby: there is no "ruby"\nmend it with: apt-get install -y ruby /);
    expect(ended.code).toBe(3);
  });
});

const NO_DOCKER = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

/** A PATH with what the harness itself needs, and no Ruby. */
function poorPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'path-'));
  for (const tool of ['bash', 'sh', 'true', 'mount', 'hostname', 'unshare', 'setpriv', 'nsenter']) {
    const found = (process.env['PATH'] ?? '').split(':').find((one) => existsSync(join(one, tool)));
    if (found) symlinkSync(join(found, tool), join(folder, tool));
  }
  return folder;
}

describe('on AWS, where nothing says where that is', () => {
  const env = Object.fromEntries(
    Object.keys({ ...AWS_VARIABLES, AWS_REGION: '' }).map((name) => [name, name === 'EFK_AWS_LANES' ? '9' : '']),
  );

  test.each(['e2e', 'load', 'doctor', 'down'])(
    'npm run %s tells all that is missing, and ends with 2',
    async (name) => {
      const ended = await spawnCli(name, ['--target', 'aws'], { env });
      expect(ended.stderr).toMatch(/^the settings for AWS are not complete:\n/);
      for (const missing of ['region', 'cluster', 'domain.endpoint', 'repository', 'pods'])
        expect(ended.stderr).toContain(`  ${missing}: `);
      expect(ended.stderr).toMatch(/ {2}lanes: expected 1 to 3; .*EFK_AWS_LANES/);
      expect(ended.stdout).not.toMatch(/removed|Error/);
      expect(ended.code).toBe(2);
    },
  );
});

describe('the environment', () => {
  test('images can be named, and are published ones by default', () => {
    expect(readConfig({}).images.k3s).toMatch(/^rancher\/k3s:v1\./);
    expect(readConfig({ K3S_IMAGE: 'mirror/k3s:v1' }).images.k3s).toBe('mirror/k3s:v1');
    expect(readConfig({ K3S_IMAGE: '' }).images.k3s).toMatch(/^rancher\/k3s/);
  });
  test('what is no image is refused by name', () => {
    expect(() => readConfig({ OPENSEARCH_IMAGE: 'no spaces please' })).toThrow(/OPENSEARCH_IMAGE=no spaces please/);
  });
  test('CI=false is no CI', () => {
    expect(readConfig({ CI: 'true' }).ci).toBe(true);
    expect(readConfig({ CI: 'false' }).ci).toBe(false);
    expect(readConfig({}).ci).toBe(false);
  });
});
