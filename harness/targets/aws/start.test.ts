import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Secret } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { ROOT } from '../../cli/root.ts';
import { EnvironmentError, UsageError } from '../../core/trouble.ts';
import { writeArtifacts } from '../../report/artifacts.ts';
import { resultsOf } from '../../runner/results.ts';
import { skipped } from '../../runner/run-suite.ts';
import { fakeDocker } from '../../tools/fake-docker.ts';
import { RUN_LABEL } from '../kube/run-label.ts';
import { annotationsOf } from './claim.ts';
import { fakeCluster } from './fake-cluster.ts';
import { deliveredOnAws, fakeIndices } from './fake-run.ts';
import { fakeApis, fakeContext } from './preflight/fake-context.ts';
import type { AwsSettings } from './settings.ts';
import { type AwsOptions, meteredPods, startAws } from './start.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Recognisable wherever they turn up. */
const SECRETS = {
  person: 'SECRETofthepersonSECRETofthepersonSECRET',
  token: 'TOKENofthesession'.repeat(12),
  pods: 'SECRETofthepodsSECRETofthepodsSECRETpods',
  registry: 'PASSWORDoftheregistry'.repeat(4),
};
const POD_KEY = 'AKIAPODSPODSPODSPODS';
const base64 = (text: string) => Buffer.from(text).toString('base64');

interface Told {
  events: string[];
  options: AwsOptions;
  cluster: Awaited<ReturnType<typeof fakeCluster>>;
  domain: Awaited<ReturnType<typeof fakeIndices>>;
}

/** All that a run needs on AWS, played; `events`: what was said and asked, in order. */
async function account(settings: Partial<AwsSettings> = {}, over: Partial<AwsOptions> = {}) {
  const cluster = await fakeCluster();
  const domain = await fakeIndices();
  const events: string[] = [];
  const { settings: usual, kubeconfig } = fakeContext();
  const manifests = 'secret' in (settings.pods ?? {}) ? deliveredOnAws('aws-secret') : deliveredOnAws();
  mkdirSync(join(folder, 'image'));
  writeFileSync(join(folder, 'image', 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(folder, 'all.yaml'), manifests.manifests.map((one) => stringify(one)).join('---\n'));
  const options: AwsOptions = {
    settings: { ...usual, domain: { ...usual.domain, endpoint: domain.url }, ...settings },
    apis: fakeApis({
      registryLogin: async () => ({ user: 'AWS', password: SECRETS.registry, registry: 'registry' }),
    }),
    credentials: async () => ({
      ...{ accessKeyId: 'ASIAPERSONPERSON0000', secretAccessKey: SECRETS.person, sessionToken: SECRETS.token },
    }),
    ...{ kubeconfig, cluster: () => cluster.cluster, run: 'r1', root: ROOT },
    pipeline: {
      name: 'mine',
      root: folder,
      folders: [''],
      manifests: folder,
      topology: 'direct',
      imageContext: join(folder, 'image'),
    },
    work: [{ ms: 60_000, pods: 1, alone: false, edge: true }],
    images: { k3s: 'k3s:1', redis: 'redis:8.0' },
    ask: async (question) => {
      events.push(`asked: ${question}`);
      return true;
    },
    present: async () => {},
    say: (what) => events.push(`say: ${what}`),
    remark: (line) => events.push(line),
    signal: new AbortController().signal,
    ...over,
  };
  return {
    ...({ events, options, cluster, domain } satisfies Told),
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]();
      await domain[Symbol.asyncDispose]();
    },
  };
}

function docker(says?: Parameters<typeof fakeDocker>[0]) {
  const fake = fakeDocker(says);
  vi.stubEnv('PATH', fake.before(process.env['PATH']));
  return fake;
}

const failureOf = (options: AwsOptions) =>
  startAws(options).then(
    () => undefined,
    (error: Error) => error,
  );

describe('a run on AWS', () => {
  test('looks first, says the price and what is above the budget, asks, and only then makes something', async () => {
    using fake = docker();
    await using at = await account({ budget: { minutes: 1, dollars: 0.001 } });
    const before: number[] = [];
    at.options.ask = async (question) => {
      at.events.push(`asked: ${question}`);
      before.push(at.cluster.state.namespaces.size, fake.asked().length);
      return true;
    };
    const target = await startAws(at.options);
    expect(before).toEqual([0, 0]);
    const said = at.events.filter((line) => /^(·|! the|asked)/.test(line));
    expect(said).toEqual([
      expect.stringMatching(/^· preflight: \d+ checks, none that would stop the run$/),
      expect.stringMatching(/^· it will take about .*\$\d.* limits: 1 min, \$0\.00$/),
      expect.stringMatching(/^! the time limit of 1 min .*raise budget\.minutes/),
      expect.stringMatching(/^! the spend limit of .*raise budget\.dollars/),
      expect.stringMatching(/^asked: Run this on cluster logging, for about .*\?$/),
    ]);
    const NAMES = ['efk-harness', 'efk-harness-2', 'efk-harness-3'];
    expect([...at.cluster.state.namespaces.keys()]).toEqual(NAMES);
    const accounts = at.cluster.state.applied.filter(({ kind }) => kind === 'ServiceAccount');
    expect(accounts.map(({ metadata }) => metadata!.namespace)).toEqual(NAMES);
    expect(target.surroundings).toMatchObject({
      ...{ target: 'aws', kubernetes: 'v1.34.3', engine: { name: 'opensearch', version: '2.19.5' } },
      place: 'account 123456789012, ap-northeast-2, cluster logging, domain logs',
    });
    expect(Object.keys(target.surroundings.images)).toEqual(['edge', 'emitter', 'fluentd']);
    for (const image of Object.values(target.surroundings.images)) expect(image).toMatch(/\/efk@sha256:[0-9a-f]{64}$/);
    await target.close();
    expect(at.cluster.state.namespaces.size).toBe(0);
  });

  test.each<[string, (at: Told) => void, new (message: string) => Error, RegExp]>([
    [
      'nobody says yes',
      ({ options }) => void Object.assign(options, { ask: async () => false }),
      UsageError,
      /nothing was made, and nothing spent/,
    ],
    [
      'another run is at a namespace',
      ({ cluster }) =>
        void cluster.add('efk-harness-2', {
          labels: { [RUN_LABEL]: 'r0' },
          annotations: annotationsOf({ run: 'r0', owner: 'host/1/2/3', until: Date.now() }),
        }),
      EnvironmentError,
      /efk-harness-2 is in use by another run/,
    ],
    [
      'something is missing',
      ({ options }) => void Object.assign(options, { apis: fakeApis({ repository: async () => undefined }) }),
      EnvironmentError,
      /repository: .*\n.*mend: (.|\n)*nothing was made, and nothing spent; look again with: npm run doctor/,
    ],
  ])('is not begun where %s', async (_, change, kind, words) => {
    using fake = docker();
    await using at = await account();
    change(at);
    const kept = [...at.cluster.state.namespaces.keys()];
    const failure = await failureOf(at.options);
    expect(failure).toBeInstanceOf(kind);
    expect(failure!.message).toMatch(words);
    expect([...at.cluster.state.namespaces.keys()]).toEqual(kept);
    expect(at.cluster.state.applied).toEqual([]);
    expect(fake.asked()).toEqual([]);
  });

  const INTERRUPTED = new Error('Ctrl-C');
  test.each([
    ['the question', (asked: string) => asked.startsWith('GET /api/v1/namespaces/')],
    ['the second namespace', (asked: string) => asked.startsWith('POST /api/v1/namespaces')],
    ['a service account', (asked: string) => asked.startsWith('PATCH')],
  ])('that is interrupted at %s leaves nothing', async (_, when) => {
    using _docker = docker();
    const interrupted = new AbortController();
    await using at = await account({}, { signal: interrupted.signal });
    at.cluster.state.answer = (asked) => {
      if (when(asked)) interrupted.abort(INTERRUPTED);
      return undefined;
    };
    expect(await failureOf(at.options)).toBe(INTERRUPTED);
    expect([...at.cluster.state.namespaces.keys()]).toEqual([]);
  });

  test('that fails says what of it stays', async () => {
    using _docker = docker();
    await using at = await account();
    at.cluster.state.answer = (asked) => {
      if (asked.startsWith('PATCH')) return { status: 403, body: { message: 'no accounts today' } };
      return asked === 'DELETE /api/v1/namespaces/efk-harness'
        ? { status: 403, body: { message: 'stays' } }
        : undefined;
    };
    expect((await failureOf(at.options))!.message).toMatch(/no accounts today/);
    expect([...at.cluster.state.namespaces.keys()]).toEqual(['efk-harness']);
    expect(at.events.at(-1)).toMatch(/namespace efk-harness is not removed.*stays; try npm run down/);
  });
});

test('every pod of the namespaces is metered, those of a topology’s parts too', async () => {
  await using cluster = await fakeCluster();
  const pod = (namespace: string, uid: string, labels = {}) => ({
    metadata: { namespace, uid, name: uid, labels, creationTimestamp: new Date(5) },
    spec: { containers: [{ name: 'c' }] },
  });
  cluster.state.pods = [pod('a', '1', { [RUN_LABEL]: 'r1' }), pod('a', '2', { 'efk-sidecar-harness/part-of': 'r1' })];
  cluster.state.pods.push(pod('b', '3'), pod('c', '4'));
  const selectors = () => cluster.state.asked.map((asked) => asked.split('?')[1] ?? '');
  expect((await meteredPods(cluster.cluster, ['a', 'b'])).map(({ uid, since }) => [uid, since])).toEqual([
    ...[
      ['1', 5],
      ['2', 5],
      ['3', 5],
    ],
  ]);
  expect(selectors().join()).not.toContain('efk-sidecar-harness');
});

describe('secrets are told nowhere', () => {
  /** All that a person, a process list or a result folder would show. */
  function seen({ events, cluster }: Told, asked: readonly string[], ...more: unknown[]): string {
    return [
      ...events,
      ...asked.map((line) => line.replace(/ < .*/, '')),
      ...cluster.state.applied.filter(({ kind }) => kind !== 'Secret').map((one) => JSON.stringify(one)),
      ...cluster.state.asked,
      ...more.map((one) => (one instanceof Error ? [one.message, one.stack].join('\n') : String(one))),
    ].join('\n');
  }
  function expectNone(text: string) {
    for (const secret of Object.values(SECRETS))
      for (const form of [secret, base64(secret)]) expect(text).not.toContain(form);
  }
  const REFUSED = {
    message: `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'GET\n/\nx-amz-security-token:${SECRETS.token}\n'`,
  };
  const withSecret = () => account({ pods: { secret: 'logging/pods' } });
  const filled = ({ cluster }: Told) =>
    cluster.state.secrets.set('logging/pods', {
      AWS_ACCESS_KEY: base64(POD_KEY),
      AWS_ACCESS_SECRET: base64(SECRETS.pods),
    });

  test('in a run and its result folder', async () => {
    using fake = docker();
    await using at = await withSecret();
    filled(at);
    const target = await startAws(at.options);
    const load = { linesPerSecond: 1, lines: 1 };
    const deployment = await target.deploy('r2', { load, pods: 1, applications: 1, parameters: {} });
    const secrets = at.cluster.state.applied.filter(({ kind }) => kind === 'Secret') as V1Secret[];
    expect(secrets.flatMap(({ stringData }) => Object.values(stringData ?? {}))).toContain(SECRETS.pods);
    const results = join(folder, 'results', 'run');
    await deployment.collect(join(results, 'scenario'));
    await target.collect(join(results, 'scenario'));
    at.domain.state.away = true;
    const read = await target.sink.read('r2', () => {}).catch((error) => error);
    const reasons = [await target.explain(read)];
    await deployment.close();
    const head = { run: 'r1', pipeline: 'mine', startedAt: new Date(), partial: false, firstVerifiedMs: null };
    const one = { ...skipped({ name: 'scenario' } as never, ''), outcome: 'error' as const, reasons };
    await writeArtifacts(results, resultsOf(head, target.surroundings, [one]), ROOT);
    at.domain.state.away = false;
    await target.close();
    const files = readdirSync(results, { recursive: true, encoding: 'utf8' }).map((name) => join(results, name));
    const texts = files.filter((name) => statSync(name).isFile()).map((name) => readFileSync(name, 'utf8'));
    for (const name of ['results.json', 'environment.json', 'pipeline/manifests.yaml'])
      expect(files.some((file) => file.endsWith(name))).toBe(true);
    expectNone(seen(at, fake.asked(), ...texts));
  });

  test.each<[string, Parameters<typeof fakeDocker>[0], (at: Told) => void, RegExp]>([
    ['the registry refuses', { login: 'echo "denied: $word" >&2; exit 1' }, filled, /does not let AWS in: denied: …/],
    [
      'the domain refuses the signature',
      {},
      (at) => {
        filled(at);
        at.domain.state.refusal = REFUSED;
      },
      /does not take the signature: .*\[403\] /,
    ],
    [
      'the domain refuses it after preflight',
      {},
      (at) => {
        filled(at);
        const { ask } = at.options;
        at.options.ask = async (question) => {
          at.domain.state.refusal = REFUSED;
          return ask(question);
        };
      },
      /^the domain does not take the signature: .*\[403\] .*; see npm run doctor/,
    ],
    [
      'the Secret cannot be read',
      {},
      (at) => {
        filled(at);
        let looks = 0;
        at.cluster.state.answer = (asked) =>
          asked.includes('/secrets/pods') && ++looks > 1
            ? { status: 403, body: { message: 'secrets "pods" is forbidden' } }
            : undefined;
      },
      /^the Secret logging\/pods cannot be read: 403: secrets "pods" is forbidden/,
    ],
    [
      'the Secret lost a key',
      {},
      (at) => {
        filled(at);
        const { ask } = at.options;
        at.options.ask = async (question) => {
          at.cluster.state.secrets.set('logging/pods', { AWS_ACCESS_SECRET: base64(SECRETS.pods) });
          return ask(question);
        };
      },
      /^the Secret logging\/pods does not hold AWS_ACCESS_KEY and AWS_ACCESS_SECRET/,
    ],
  ])('where %s', async (_, says, change, words) => {
    using fake = docker(says);
    await using at = await withSecret();
    change(at);
    const failure = await failureOf(at.options);
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(failure!.message).toMatch(words);
    expectNone(seen(at, fake.asked(), failure));
    expect(at.cluster.state.namespaces.size).toBe(0);
  });
});
