import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject, V1ConfigMap, V1Deployment, V1Secret } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import type { Setup } from '../../core/target.ts';
import { renderHere } from '../embedded/render-here.ts';
import { anatomyOf } from './anatomy.ts';
import { domainService } from './domain-service.ts';
import { parseManifests } from './parse-manifests.ts';
import { findPipeline } from './pipeline.ts';
import { prepare } from './prepare.ts';
import { secretsWith } from './secrets.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const asWritten = ['deployment', 'configmap', 'secret'].flatMap((name) =>
  parseManifests(readFileSync(join(root, 'manifests', 'as-written', `${name}.yaml`), 'utf8'), name),
);

const REPLACEMENTS = {
  run: 'r1',
  emitterImage: 'emitter:1',
  emitterArgs: ['--run', 'r1'],
  fluentdImage: 'fluentd:1',
  endpoint: { host: 'domain', port: 9200 },
  credentials: { accessKeyId: 'AKID', secretAccessKey: 'SECRET' },
  namespace: 'kubetest',
  setup: { pods: 1, applications: 1, parameters: {} },
};

const of = <T extends KubernetesObject>(objects: KubernetesObject[], kind: string) =>
  objects.find((object) => object.kind === kind) as T;

describe('the parts of a pipeline', () => {
  test('are found in the manifests of 2020 as they stand', () => {
    const { namespace, application, fluentd, configKey, logFile } = anatomyOf(asWritten);
    expect({ namespace, application: application.name, fluentd: fluentd.name, configKey, logFile }).toEqual({
      namespace: 'kubetest',
      application: 'test-repo',
      fluentd: 'fluentd-sidecar',
      configKey: 'td-agent.conf',
      logFile: '/app/log/docswave-app.log',
    });
  });

  const without = (change: (deployment: V1Deployment, configMap: V1ConfigMap) => void) => {
    const objects = structuredClone(asWritten);
    change(of<V1Deployment>(objects, 'Deployment'), of<V1ConfigMap>(objects, 'ConfigMap'));
    return () => anatomyOf(objects);
  };
  const template = (deployment: V1Deployment) => deployment.spec!.template.spec!;

  test.each<[string, Parameters<typeof without>[0], RegExp]>([
    [
      'a hostPath in place of the emptyDir',
      (d) => {
        template(d).volumes![0] = { name: 'log-volume', hostPath: { path: '/x' } };
      },
      /no shared log volume.*log-volume \(hostPath\)/,
    ],
    [
      'a ConfigMap without a source',
      (_, c) => {
        c.data = { 'td-agent.conf': '# nothing' };
      },
      /no fluentd configuration/,
    ],
    [
      'a ConfigMap that nobody mounts',
      (_, c) => {
        c.metadata!.name = 'other';
      },
      /no container mounts both/,
    ],
    [
      'no log volume in the application',
      (d) => {
        delete template(d).containers[0]!.volumeMounts;
      },
      /no shared log volume/,
    ],
    [
      'a tail that reads elsewhere',
      (_, c) => {
        c.data!['td-agent.conf'] = c.data!['td-agent.conf']!.replace('/app/log/', '/var/x/');
      },
      /reads below \/app\/log, where the application writes: its paths are \/var\/x\/docswave-app\.log/,
    ],
  ])('%s is refused, with what was expected', (_name, change, message) => {
    expect(without(change)).toThrow(message);
  });

  test('without a Deployment, what was found is listed', () => {
    expect(() => anatomyOf([{ kind: 'Pod', metadata: { name: 'x' } }])).toThrow('no Deployment; found: Pod x');
    expect(() => anatomyOf([])).toThrow('found: nothing');
  });
});

describe('preparing a pipeline for a run', () => {
  const { objects, conf, anatomy } = prepare(asWritten, REPLACEMENTS);

  test('replaces image names, endpoint and Secret, and nothing else of the configuration', () => {
    const { containers } = of<V1Deployment>(objects, 'Deployment').spec!.template.spec!;
    expect(containers.map(({ image, imagePullPolicy }) => [image, imagePullPolicy])).toEqual([
      ['emitter:1', 'Never'],
      ['fluentd:1', 'Never'],
    ]);
    expect(of<V1Secret>(objects, 'Secret').stringData).toEqual({
      AWS_ACCESS_KEY: 'AKID',
      AWS_ACCESS_SECRET: 'SECRET',
      AWS_ACCOUNT: '123456789012',
    });
    const before = of<V1ConfigMap>(asWritten, 'ConfigMap').data!['td-agent.conf']!.split('\n');
    const changed = conf.split('\n').filter((line, i) => line !== before[i]);
    expect(changed.map((line) => line.trim())).toEqual(['url http://domain:9200']);
  });

  test('labels every object with the run, the pods too', () => {
    expect(objects.map(({ metadata }) => metadata!.labels!['efk-sidecar-harness/run'])).toEqual(
      objects.map(() => 'r1'),
    );
    expect(anatomy.deployment.spec!.template.metadata!.labels!['efk-sidecar-harness/run']).toBe('r1');
    expect(objects[0]!.kind).toBe('Namespace');
    expect(objects.at(-1)!.kind).toBe('Deployment');
  });

  test('leaves the manifests that it was given alone', () => {
    expect(of<V1Deployment>(asWritten, 'Deployment').spec!.template.spec!.containers[0]!.image).toMatch(/dkr\.ecr/);
  });

  test('sets fluentd’s parameters, takes them away, and refuses those that are not there', () => {
    const set = (parameters: Record<string, string>) =>
      prepare(asWritten, { ...REPLACEMENTS, setup: { ...REPLACEMENTS.setup, parameters } }).conf;
    expect(set({ flush_interval: '9s' })).toMatch(/^ flush_interval 9s$/m);
    expect(set({ flush_interval: '' })).not.toContain('flush_interval');
    expect(() => set({ flash_interval: '9s' })).toThrow('no parameter "flash_interval"');
  });
});

describe('what a scenario’s setup asks for', () => {
  const prepared = (
    setup: Partial<typeof REPLACEMENTS.setup> & Pick<Partial<Setup>, 'memory' | 'secret' | 'application' | 'conf'>,
    source = asWritten,
  ) => prepare(source, { ...REPLACEMENTS, setup: { ...REPLACEMENTS.setup, ...setup } });

  test('an application of one’s own takes the emitter’s place, and is started as it is', () => {
    const source = structuredClone(asWritten);
    anatomyOf(source).application.args = ['--of', 'another image'];
    const { anatomy } = prepared({ application: 'mine:1' }, source);
    expect(anatomy.application).toMatchObject({ name: 'test-repo', image: 'mine:1', imagePullPolicy: 'Never' });
    expect(anatomy.application).not.toHaveProperty('args');
  });

  test('a configuration of one’s own takes the ConfigMap’s place, and is pointed at the domain', () => {
    const own = '<match **>\n  @type opensearch\n  host elsewhere\n</match>\n';
    const { conf, objects } = prepared({ conf: own });
    expect(conf).toBe(own.replace('elsewhere', 'domain'));
    expect(Object.values(of<V1ConfigMap>(objects, 'ConfigMap').data!)).toEqual([conf]);
  });

  test('pods of each application', () => {
    const { deployments } = prepared({ pods: 5, applications: 2 });
    expect(deployments.map(({ spec }) => spec!.replicas)).toEqual([5, 5]);
  });

  test('a low CPU request for every container, and beside it what the pipeline asks for', () => {
    const asking = structuredClone(asWritten);
    for (const container of of<V1Deployment>(asking, 'Deployment').spec!.template.spec!.containers)
      container.resources = { requests: { cpu: '500m' }, limits: { cpu: '500m' } };
    const { objects, asked } = prepared({ applications: 2 }, asking);
    const requests = (all: KubernetesObject[]) =>
      all
        .filter((object): object is V1Deployment => object.kind === 'Deployment')
        .flatMap(({ spec }) => spec!.template.spec!.containers.map(({ resources }) => resources!.requests!['cpu']));
    expect(requests(objects)).toEqual(['10m', '10m', '10m', '10m']);
    expect(requests(asked)).toEqual(['500m', '500m', '500m', '500m']);
  });

  test('another application has a Deployment, a ConfigMap and a tag of its own, and the selectors do not meet', () => {
    const { objects, deployments } = prepared({ applications: 2 });
    const maps = objects.filter((object): object is V1ConfigMap => object.kind === 'ConfigMap');
    const tags = maps.map(({ metadata, data }) => [metadata!.name, data!['td-agent.conf']!.match(/tag (\S+)/)![1]]);
    expect(Object.fromEntries(tags)).toEqual({
      'fluentd-config': 'docswave.applog',
      'fluentd-config-2': 'docswave.applog2',
    });
    const [second, first] = deployments.map(({ metadata, spec }) => ({
      name: metadata!.name,
      selector: spec!.selector.matchLabels!,
      labels: spec!.template.metadata!.labels!,
      reads: spec!.template.spec!.volumes!.find(({ configMap }) => configMap)!.configMap!.name,
    }));
    expect([first!.name, first!.reads]).toEqual(['testdeployment', 'fluentd-config']);
    expect([second!.name, second!.reads]).toEqual(['testdeployment-2', 'fluentd-config-2']);
    const matches = (selector: Record<string, string>, labels: Record<string, string>) =>
      Object.entries(selector).every(([key, value]) => labels[key] === value);
    expect(matches(second!.selector, second!.labels)).toBe(true);
    expect(matches(second!.selector, first!.labels)).toBe(false);
  });

  test('a memory limit for fluentd, where it has none of its own', () => {
    expect(prepared({ memory: '256MiB' }).anatomy.fluentd.resources).toEqual({ limits: { memory: '256Mi' } });
    const limited = structuredClone(asWritten);
    of<V1Deployment>(limited, 'Deployment').spec!.template.spec!.containers[1]!.resources = {
      limits: { memory: '64Mi' },
    };
    expect(prepared({ memory: '256MiB' }, limited).anatomy.fluentd.resources!.limits).toEqual({ memory: '64Mi' });
  });

  test('another key in the Secrets that the pod reads, and in no other', () => {
    const other = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other', namespace: 'kubetest' } };
    const secrets = secretsWith(prepared({}, [...asWritten, other]), { accessKeyId: 'NEW', secretAccessKey: 'HIDDEN' });
    expect(secrets.map(({ metadata, stringData }) => [metadata!.name, stringData])).toEqual([
      ['aws-account-secret', { AWS_ACCESS_KEY: 'NEW', AWS_ACCESS_SECRET: 'HIDDEN', AWS_ACCOUNT: '123456789012' }],
    ]);
    expect(secrets[0]!.metadata!.labels).toMatchObject({ 'efk-sidecar-harness/run': 'r1' });
  });
});

test('a run that is held to Fargate says so in its namespace, one that is not frees its volumes', () => {
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'v' },
    spec: { storageClassName: 'efs-sc' },
  };
  const metadataIn = (heldToFargate: boolean) => {
    const { objects } = prepare([...asWritten, volume], { ...REPLACEMENTS, heldToFargate });
    return (['Namespace', 'PersistentVolume'] as const).map((kind) => of(objects, kind).metadata!);
  };
  const key = 'efk-sidecar-harness/admission';
  const [held, itsVolume] = metadataIn(true);
  expect(held).toMatchObject({
    labels: { [key]: 'fargate' },
    annotations: { 'efk-sidecar-harness/volumes-waiting': 'efs-sc' },
  });
  expect(itsVolume!.labels).not.toHaveProperty(key);
  const [free, freed] = metadataIn(false);
  expect(free!.labels).not.toHaveProperty(key);
  expect(freed!.labels).toHaveProperty(key, 'free');
});

test('pods reach the edge as a Service whose EndpointSlice names its address', () => {
  const [service, slice] = domainService('ns', 'r1', { host: 'domain', port: 9200 }, '10.0.0.9', 9201);
  expect(service).toMatchObject({
    metadata: { name: 'domain', namespace: 'ns' },
    spec: { ports: [{ port: 9200, targetPort: 9201 }] },
  });
  expect(slice).toMatchObject({
    metadata: { labels: { 'kubernetes.io/service-name': 'domain' } },
    ports: [{ port: 9201 }],
    endpoints: [{ addresses: ['10.0.0.9'] }],
  });
});

test('both built-in pipelines’ configurations take an endpoint', () => {
  for (const path of ['fluentd/td-agent.conf', 'manifests/as-written/configmap.yaml']) {
    expect(readFileSync(join(root, path), 'utf8')).toMatch(/<endpoint>\s+url /);
  }
});

test('on a cluster that is not ours nodes pull, requests stay, and indices and region are put in', async () => {
  const delivered = await renderHere(findPipeline('delivered', root));
  const elsewhere = { indexPrefix: 'efkh-r1', region: 'eu-west-1' };
  const { objects, conf } = prepare(delivered, { ...REPLACEMENTS, elsewhere });
  const { containers, initContainers } = of<V1Deployment>(objects, 'Deployment').spec!.template.spec!;
  const [application, fluentd] = [containers[0]!, initContainers![0]!];
  expect([application.imagePullPolicy, fluentd.imagePullPolicy]).toEqual(['IfNotPresent', 'IfNotPresent']);
  expect(fluentd.resources!.requests!['cpu']).toBe('500m');
  expect(fluentd.env).toContainEqual({ name: 'AWS_REGION', value: 'eu-west-1' });
  expect(conf).toContain('logstash_prefix efkh-r1');
});

test('over TLS, fluentd trusts the domain’s certificate, and nothing else of it changes', () => {
  const endpoint = { host: 'domain', port: 9200, scheme: 'https' as const };
  const { objects, conf } = prepare(asWritten, { ...REPLACEMENTS, endpoint, certificate: 'PEM' });
  expect(conf).toContain('url https://domain:9200');
  const map = objects.find(({ metadata }) => metadata?.name === 'domain-certificate') as V1ConfigMap;
  expect(map.data).toEqual({ 'certificate.pem': 'PEM' });
  expect(map.metadata).toMatchObject({ namespace: 'kubetest', labels: { 'efk-sidecar-harness/run': 'r1' } });
  const { containers, volumes } = of<V1Deployment>(objects, 'Deployment').spec!.template.spec!;
  const fluentd = containers.find(({ name }) => name === 'fluentd-sidecar')!;
  const mount = fluentd.volumeMounts!.find(({ name }) => name === 'domain-certificate')!;
  expect(fluentd.env).toContainEqual({ name: 'SSL_CERT_FILE', value: `${mount.mountPath}/certificate.pem` });
  expect(volumes).toContainEqual({ name: 'domain-certificate', configMap: { name: 'domain-certificate' } });
});
