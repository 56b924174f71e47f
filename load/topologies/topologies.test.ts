import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject, V1ConfigMap, V1Deployment } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PARTS_OF, TOPOLOGIES } from '../../harness/core/target.ts';
import { UsageError } from '../../harness/core/trouble.ts';
import { anatomyOf } from '../../harness/targets/kube/anatomy.ts';
import { parseManifests } from '../../harness/targets/kube/parse-manifests.ts';
import { findPipeline, withTopology } from '../../harness/targets/kube/pipeline.ts';
import { prepare } from '../../harness/targets/kube/prepare.ts';
import { PART_LABEL, RUN_LABEL } from '../../harness/targets/kube/run-label.ts';
import { flushIntervalOf } from '../../harness/targets/kube/td-agent-conf.ts';
import { fluentdConfigs, flushIntervalOfAll, partsIn, streamOf, textOf } from '../../harness/targets/kube/topology.ts';

const root = join(import.meta.dirname, '..', '..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const yaml = (path: string) => parse(text(path));
const MARK = '#====';
const CONF = text('fluentd/td-agent.conf');

const configMap = (name: string, data: Record<string, string>): V1ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'kubetest' },
  data,
});

/** td-agent.conf with another piece, as the component's replacements put it there. */
function withPiece(index: number, piece: string): string {
  return CONF.split(MARK)
    .map((own, i) => (i === index ? piece : own))
    .join(MARK);
}

/** The objects of a topology, put together as kustomize does. */
function objectsOf(topology: 'aggregator' | 'redis'): KubernetesObject[] {
  const folder = `load/topologies/${topology}`;
  const read = (path: string) => parseManifests(text(path), path);
  const [deployment] = read('manifests/base/deployment.yaml') as V1Deployment[];
  const [collector] = read('load/topologies/collector/deployment.yaml') as V1Deployment[];
  const sidecar = deployment!.spec!.template.spec!.initContainers![0]!;
  collector!.spec!.template.spec!.containers[0]!.env = sidecar.env!;
  delete sidecar.env;
  return [
    deployment!,
    collector!,
    ...read(`${folder}/${topology === 'redis' ? 'redis' : 'service'}.yaml`),
    configMap('fluentd-config', { 'td-agent.conf': withPiece(2, text(`${folder}/sidecar-output.conf`)) }),
    configMap('collector-config', { 'td-agent.conf': withPiece(1, text(`${folder}/collector-input.conf`)) }),
    ...(topology === 'redis' ? [configMap('redis-config', { 'redis.conf': text(`${folder}/redis.conf`) })] : []),
  ];
}

const REPLACEMENTS = {
  run: 'r1',
  emitterImage: 'emitter:1',
  emitterArgs: [],
  fluentdImage: 'fluentd:1',
  queueImage: 'redis:x',
  endpoint: { host: 'edge', port: 9 },
  credentials: { accessKeyId: 'AKID', secretAccessKey: 'SECRET' },
  namespace: 'ns',
  setup: { pods: 1, applications: 1, parameters: {} },
};

const prepared = (topology: 'aggregator' | 'redis', setup: Record<string, unknown> = {}) =>
  prepare(objectsOf(topology), { ...REPLACEMENTS, setup: { ...REPLACEMENTS.setup, ...setup } });

const dataOf = ({ objects }: ReturnType<typeof prepare>, name: string) =>
  Object.values((objects.find(({ metadata }) => metadata?.name === name) as V1ConfigMap).data!)[0]!;

test('td-agent.conf is cut by its marks into system, input, output and the rest', () => {
  const [system, input, output, rest, ...more] = CONF.split(MARK);
  expect(more).toEqual([]);
  expect(system).toContain('<system>');
  expect(input!.match(/^<(source|match|label)/gm)).toEqual(['<source']);
  expect(input).toMatch(/@type tail[\s\S]*<filter docswave/);
  expect(output!.match(/^<(source|match|label|filter)/gm)).toEqual(['<match']);
  expect(rest).toMatch(/<label @ERROR>[\s\S]*monitor_agent[\s\S]*reload_on_change/);
});

describe.each(['aggregator', 'redis'] as const)('the topology %s', (topology) => {
  const kustomization = yaml(`load/topologies/${topology}/kustomization.yaml`);

  test('has every file of its folder in it, and cuts at those marks', () => {
    const generated = kustomization.configMapGenerator.flatMap(({ files }: { files: string[] }) => files);
    expect([...kustomization.resources, ...generated, 'kustomization.yaml'].sort()).toEqual(
      readdirSync(join(root, 'load/topologies', topology)).sort(),
    );
    expect(kustomization.components).toEqual(['../collector']);
    const targets = kustomization.replacements.map(({ source, targets }: (typeof kustomization.replacements)[0]) => [
      source.fieldPath,
      targets[0].select.name,
      targets[0].options,
    ]);
    expect(targets).toEqual([
      ['data.[sidecar-output.conf]', 'fluentd-config', { delimiter: MARK, index: 2 }],
      ['data.[collector-input.conf]', 'collector-config', { delimiter: MARK, index: 1 }],
    ]);
  });

  test('gives the collector the variables and the service account of the sidecar, which has no use for them', () => {
    const { replacements } = yaml('load/topologies/collector/kustomization.yaml');
    const taken = replacements.flatMap(({ source, targets }: { source: object; targets: object[] }) =>
      targets.map((target) => ({ ...source, ...target })),
    );
    for (const [from, to] of [
      [
        'spec.template.spec.initContainers.[name=fluentd-sidecar].env',
        'spec.template.spec.containers.[name=fluentd-collector].env',
      ],
      ['spec.template.spec.serviceAccountName', 'spec.template.spec.serviceAccountName'],
    ])
      expect(taken).toContainEqual({
        ...{ kind: 'Deployment', name: 'testdeployment', fieldPath: from },
        ...{ select: { kind: 'Deployment', name: 'fluentd-collector' }, fieldPaths: [to], options: { create: true } },
      });
    expect(kustomization.patches).toHaveLength(1);
    expect(parse(kustomization.patches[0].patch).spec.template.spec).toEqual({
      serviceAccountName: 'default',
      initContainers: [{ name: 'fluentd-sidecar', env: null }],
    });
  });

  test('sends from the sidecar to what the collector reads, under the tag that both know', () => {
    const [sidecar, collector] = fluentdConfigs(anatomyOf(objectsOf(topology)), partsIn(objectsOf(topology))).map(
      textOf,
    );
    const [sends] = sidecar!
      .split(MARK)[2]!
      .match(/@type (\S+)/)!
      .slice(1);
    const [reads] = collector!
      .split(MARK)[1]!
      .match(/@type (\S+)/)!
      .slice(1);
    expect(reads).toBe(sends);
    const services = objectsOf(topology).filter(({ kind }) => kind === 'Service');
    const { port } = (services[0] as { spec?: { ports: { port: number }[] } }).spec!.ports[0]!;
    const address = topology === 'redis' ? `url redis://redis:${port}` : `port ${port}`;
    for (const conf of [sidecar, collector]) expect(conf).toContain(address);
    if (topology === 'redis')
      expect(
        [...sidecar!.matchAll(/^ *stream (\S+)/gm), ...collector!.matchAll(/^ *stream (\S+)/gm)].map((m) => m[1]),
      ).toEqual(['docswave', 'docswave']);
    expect(sidecar!.split(MARK)[2]).not.toContain("ENV['");
    // Two outputs never share a buffer's folder: a chunk is written in its output's own format.
    expect(sidecar!.split(MARK)[2]!.match(/path (\S+)/)![1]).not.toBe(CONF.split(MARK)[2]!.match(/path (\S+)/)![1]);
  });

  test('is prepared for a run: only the collector is led to the domain, and every part is this run’s', () => {
    const run = prepared(topology);
    expect(dataOf(run, 'collector-config')).toContain('url http://edge:9\n');
    expect(dataOf(run, 'fluentd-config')).not.toContain('edge:9');
    expect(run.parts.map(({ role, container }) => [role, container.image, container.imagePullPolicy])).toEqual([
      ['collector', 'fluentd:1', 'Never'],
      ...(topology === 'redis' ? [['queue', 'redis:x', 'Never']] : []),
    ]);
    for (const { deployment } of run.parts) {
      expect(deployment.metadata!.namespace).toBe('ns');
      expect(deployment.spec!.template.metadata!.labels).toMatchObject({ [PART_LABEL]: 'r1' });
      expect(deployment.spec!.template.metadata!.labels).not.toHaveProperty([RUN_LABEL]);
    }
    const secret = run.objects.find(({ kind }) => kind === 'Secret') as { stringData?: Record<string, string> };
    expect(secret.stringData).toMatchObject({ AWS_ACCESS_KEY: 'AKID', AWS_ACCESS_SECRET: 'SECRET' });
    expect(run.anatomy.deployment.metadata!.name).toBe('testdeployment');
    expect(run.deployments.map(({ metadata }) => metadata!.name)).toEqual(['testdeployment']);
  });

  test('sets fluentd’s parameters wherever they stand, and as many collectors as asked for', () => {
    const run = prepared(topology, { collectors: 3, parameters: { retry_wait: '7s', request_timeout: '8s' } });
    expect(dataOf(run, 'fluentd-config').match(/retry_wait 7s/g)).toHaveLength(1);
    expect(dataOf(run, 'collector-config')).toMatch(/request_timeout 8s[\s\S]*retry_wait 7s/);
    expect(run.parts[0]!.deployment.spec!.replicas).toBe(3);
    expect(() => prepared(topology, { parameters: { retry_weight: '1' } })).toThrow('no parameter "retry_weight"');
  });

  test('has the parts that it is known by', () => {
    expect(partsIn(objectsOf(topology)).map(({ role }) => role)).toEqual(PARTS_OF[topology]);
  });

  test('takes limits for the sidecar alone, and reserves no CPU for anything', () => {
    const { anatomy, parts, objects } = prepared(topology, { cpu: '250m', memoryLimit: '128Mi' });
    expect(anatomy.fluentd.resources).toEqual({
      requests: { cpu: '10m', memory: '128Mi' },
      limits: { cpu: '250m', memory: '128Mi' },
    });
    for (const { container } of parts) expect(container.resources!.limits).toMatchObject({ memory: '512Mi' });
    const requests = JSON.stringify(objects).match(/"requests":\{[^}]*\}/g)!;
    expect(requests.length).toBeGreaterThanOrEqual(1 + parts.length);
    for (const request of requests) expect(request).toContain('"cpu":"10m"');
  });

  test('sums the flush intervals of a record’s way', () => {
    const configs = fluentdConfigs(anatomyOf(objectsOf(topology)), partsIn(objectsOf(topology)));
    expect(flushIntervalOfAll(configs)).toBe(2 * flushIntervalOf(CONF));
    // As it is set for this run.
    expect(prepared(topology, { parameters: { flush_interval: '3s' } }).flushIntervalMs).toBe(6000);
  });
});

test('Redis’ settings are set in redis.conf, where there is one', () => {
  const off = prepared('redis', { redis: { appendonly: 'no' } });
  expect(dataOf(off, 'redis-config')).toMatch(/^appendonly no$/m);
  expect(() => prepared('redis', { redis: { appendolny: 'no' } })).toThrow(
    /redis\.appendolny=no: redis\.conf has no "appendolny"; it has bind, .*appendonly, .*maxmemory-policy$/,
  );
  expect(() => prepared('aggregator', { redis: { appendonly: 'no' } })).toThrow(
    'redis.appendonly=no: this topology has no Redis',
  );
});

test('collectors are refused where there are none', () => {
  const [sidecar, config] = [
    ...parseManifests(text('manifests/base/deployment.yaml'), 'base'),
    configMap('fluentd-config', { 'td-agent.conf': CONF }),
  ];
  expect(() =>
    prepare([sidecar!, config!], { ...REPLACEMENTS, setup: { ...REPLACEMENTS.setup, collectors: 2 } }),
  ).toThrow('collectors=2: this topology has no central collector');
});

test('Redis refuses when it is full, and has twice its maxmemory', () => {
  const conf = text('load/topologies/redis/redis.conf');
  expect(conf).toMatch(/^maxmemory-policy noeviction$/m);
  const [deployment] = parseManifests(text('load/topologies/redis/redis.yaml'), 'redis') as V1Deployment[];
  const limit = Number(
    deployment!.spec!.template.spec!.containers[0]!.resources!.limits!['memory']!.match(/^(\d+)Mi$/)![1],
  );
  expect(limit).toBeGreaterThanOrEqual(2 * Number(conf.match(/^maxmemory (\d+)mb$/m)![1]));
});

test('the stream is that of the source, wherever else the word stands', () => {
  expect(streamOf('<source>\n  @type redis_stream\n  stream a\n</source>\n<match x>\n stream b\n</match>')).toBe('a');
  expect(streamOf('<source>\n  @type redis_stream\n</source>')).toBe('fluentd');
  expect(streamOf('<source>\n  @type forward\n</source>')).toBeUndefined();
});

test('a collector without a configuration is refused', () => {
  const objects = objectsOf('aggregator').filter(({ metadata }) => metadata?.name !== 'collector-config');
  expect(() => partsIn(objects)).toThrow(UsageError);
  expect(() => partsIn(objects)).toThrow(/fluentd-collector is labelled .*: collector, and mounts no ConfigMap/);
});

test('every topology has a component; only the pipeline delivered takes another than direct', () => {
  const folders = readdirSync(join(root, 'load/topologies'), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  expect(
    folders
      .map(({ name }) => name)
      .filter((name) => name !== 'collector')
      .sort(),
  ).toEqual([...TOPOLOGIES].sort());
  expect(withTopology(findPipeline('delivered', root), 'redis')).toMatchObject({ topology: 'redis' });
  expect(withTopology(findPipeline('as-written', root), 'direct')).toMatchObject({ topology: 'direct' });
  expect(() => withTopology(findPipeline('as-written', root), 'redis')).toThrow(/not that of as-written/);
});

test('a topology takes the place of another, and what it needs goes with it', () => {
  const direct = findPipeline('delivered', root);
  const redis = withTopology(direct, 'redis');
  expect(redis.folders).toEqual([...direct.folders, 'load']);
  expect(withTopology(redis, 'aggregator')).toEqual(withTopology(direct, 'aggregator'));
  expect(withTopology(redis, 'direct')).toEqual(direct);
});
