import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Container, V1Deployment, V1Secret } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fargateLint } from '../harness/core/fargate-lint/lint.ts';

/** Scenarios that settings name and that are still to come; each leaves this list when its file is there. */
const PLANNED = [
  'survives-an-outage',
  'survives-throttling',
  'survives-a-slow-domain',
  'keeps-poison-records-aside',
  'keeps-time-and-text',
];
/** Parameters that wire parts together: names, places and ports, not tuning. */
const WIRING = new Set([
  '@type',
  '@id',
  'tag',
  'path',
  'time_key',
  'from',
  'to',
  'bind',
  'port',
  'interval',
  'host',
  'stream',
  'url',
  'region',
  'access_key_id',
  'secret_access_key',
]);
/** Sections in which nothing is tuned. */
const PLAIN_SECTIONS = ['format', 'inject'];

const root = join(import.meta.dirname, '..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const yaml = (path: string) => parse(text(path));

const named = (pattern: RegExp) => Array.from(text('fluentd/td-agent.conf').matchAll(pattern), ([, name]) => name!);
/** The variables of td-agent.conf: those that must be there, and those that another stands for. */
const variables = { required: named(/ENV\['(\w+)'\]\}/g), optional: named(/ENV\['(\w+)'\] \|\|/g) };

const deployment: V1Deployment = yaml('manifests/base/deployment.yaml');
const pod = deployment.spec!.template.spec!;
const sidecar = pod.initContainers!.find(({ name }) => name === 'fluentd-sidecar')!;
const application = pod.containers.find(({ name }) => name === 'test-repo')!;

const mounts = ({ volumeMounts = [] }: V1Container) =>
  Object.fromEntries(volumeMounts.map(({ name, mountPath }) => [name, mountPath]));

describe('the delivered pod', () => {
  test('keeps the names of the description', () => {
    expect(deployment.metadata).toEqual({
      name: 'testdeployment',
      namespace: 'kubetest',
      labels: { app: 'testdeployment', namespace: 'kubetest' },
    });
    expect(deployment.spec!.selector.matchLabels).toEqual(deployment.spec!.template.metadata!.labels);
    expect(mounts(sidecar)).toEqual({ 'log-volume': '/app/log', 'config-volume': '/etc/td-agent', tmp: '/tmp' });
    expect(mounts(application)).toEqual({ 'log-volume': '/app/log' });
    expect(pod.volumes!.find(({ name }) => name === 'config-volume')!.configMap!.name).toBe('fluentd-config');
    expect(
      sidecar.env!.map(({ name, valueFrom }) => [name, valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.key]),
    ).toEqual(['AWS_ACCESS_KEY', 'AWS_ACCESS_SECRET', 'AWS_ACCOUNT'].map((key) => [key, 'aws-account-secret', key]));
  });

  test('has a native sidecar with probes, and a grace period that covers its last flush', () => {
    expect(sidecar.restartPolicy).toBe('Always');
    const conf = text('fluentd/td-agent.conf');
    const { containerPort } = sidecar.ports!.find(({ name }) => name === 'monitor')!;
    expect(conf).toMatch(new RegExp(`@type monitor_agent[^<]*port ${containerPort}\n`));
    for (const probe of [sidecar.readinessProbe, sidecar.livenessProbe]) expect(probe!.httpGet!.port).toBe('monitor');
    const requestTimeout = Number(conf.match(/request_timeout (\d+)s/)![1]);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(requestTimeout);
  });

  test.each([sidecar, application])(
    'runs without privileges, and asks for what it may use: $name',
    ({ resources, securityContext }) => {
      expect(resources!.requests).toEqual(resources!.limits);
      expect(Object.keys(resources!.limits!)).toEqual(['cpu', 'memory']);
      expect(securityContext!.runAsUser).toBeGreaterThan(0);
      expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    },
  );

  test('can be admitted on Fargate', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, fsGroup: expect.any(Number) });
    expect(fargateLint([deployment])).toEqual([]);
  });

  test("has the image's user, and a log volume in which the whole buffer has room", () => {
    expect(text('fluentd/Dockerfile')).toMatch(new RegExp(`^USER ${sidecar.securityContext!.runAsUser}$`, 'm'));
    const gib = Number(
      pod.volumes!.find(({ name }) => name === 'log-volume')!.emptyDir!.sizeLimit!.match(/^(\d+)Gi$/)![1],
    );
    const mib = Number(text('fluentd/td-agent.conf').match(/total_limit_size (\d+)m/)![1]);
    expect(mib).toBeLessThanOrEqual((gib * 1024) / 2);
  });
});

test('td-agent.conf needs domain and region, and takes keys or a role', () => {
  expect(variables).toEqual({
    required: ['AWS_ES_ENDPOINT', 'AWS_REGION'],
    optional: ['AWS_ACCESS_KEY', 'AWS_ACCESS_SECRET', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  });
});

describe('kustomize', () => {
  test('makes the ConfigMap of the one td-agent.conf, under a name that does not change', () => {
    expect(yaml('manifests/base/kustomization.yaml').resources).toContain('../../fluentd');
    expect(yaml('fluentd/kustomization.yaml')).toMatchObject({
      configMapGenerator: [{ name: 'fluentd-config', files: ['td-agent.conf'] }],
      generatorOptions: { disableNameSuffixHash: true },
    });
  });

  test.each(['overlays/k3s', 'as-written'])(
    '%s has every key that the pod reads, and holds every file beside it',
    (folder) => {
      const secret: V1Secret = yaml(`manifests/${folder}/secret.yaml`);
      expect(secret.metadata!.name).toBe('aws-account-secret');
      expect(Object.keys(secret.stringData!)).toEqual(['AWS_ACCESS_KEY', 'AWS_ACCESS_SECRET', 'AWS_ACCOUNT']);
      const { resources, patches = [] } = yaml(`manifests/${folder}/kustomization.yaml`);
      const named = [...resources, ...patches.map(({ path }: { path: string }) => path), 'kustomization.yaml'];
      expect(named).toEqual(expect.arrayContaining(readdirSync(join(root, 'manifests', folder))));
    },
  );

  test('k3s sets every variable that td-agent.conf cannot do without, and the keys of a Secret', () => {
    const patch: V1Deployment = yaml('manifests/overlays/k3s/domain.yaml');
    const [patched] = patch.spec!.template.spec!.initContainers!;
    expect(patched!.name).toBe(sidecar.name);
    const set = [...sidecar.env!, ...patched!.env!].map(({ name }) => name);
    expect(set).toEqual(expect.arrayContaining([...variables.required, 'AWS_ACCESS_KEY', 'AWS_ACCESS_SECRET']));
  });
});

test('as-written is the description: two plain containers, no sizes, the paths and variables that it names', () => {
  const spec = (yaml('manifests/as-written/deployment.yaml') as V1Deployment).spec!.template.spec!;
  expect(spec.initContainers).toBeUndefined();
  expect(spec.containers.map(({ name, resources }) => [name, resources])).toEqual([
    ['test-repo', {}],
    ['fluentd-sidecar', {}],
  ]);
  expect(spec.containers[1]!.env![0]).toEqual({
    name: 'FLUENT_ARGS',
    value: '-c /etc/td-agent/td-agent.conf --use-v1-config',
  });
  expect(mounts(spec.containers[1]!)).toEqual({ 'log-volume': '/app/log', 'config-volume': '/etc/td-agent' });
  expect(spec.terminationGracePeriodSeconds).toBe(30);
  const { metadata, data } = yaml('manifests/as-written/configmap.yaml');
  expect(metadata).toEqual({ name: 'fluentd-config', namespace: 'kubetest' });
  expect(data['td-agent.conf']).toContain(
    'format none\npath /app/log/docswave-app.log\npos_file /var/log/docswave-app.log.pos',
  );
  expect(text('fluentd/as-written/Dockerfile')).toMatch(/^CMD \/usr\/sbin\/td-agent \$FLUENTD_ARGS$/m);
});

test.each(['fluentd/td-agent.conf', ...globSync('load/topologies/*/*-{input,output}.conf', { cwd: root })])(
  'every tuned setting of %s follows a comment that names the scenario that guards it',
  (path) => {
    const scenarios = readdirSync(join(root, 'scenarios')).map((file) => file.replace(/\.ts$/, ''));
    const known = new Set([...scenarios, ...PLANNED]);
    expect(unguarded(text(path), known)).toEqual([]);
  },
);

test('a setting without a comment, and a comment that names no scenario, are found', () => {
  const conf =
    '# a title\n<match **>\n  @type null\n  first 1\n  # one: why\n  second 2\n  third 3\n\n  fourth 4\n  # other: why\n  fifth 5\n  # one: why,\n  # at length\n  sixth 6\n  # nameless\n  seventh 7\n</match>\n';
  expect(unguarded(conf, new Set(['one']))).toEqual([
    'line 4: first 1',
    'line 9: fourth 4',
    'line 11: fifth 5',
    'line 16: seventh 7',
  ]);
});

/**
 * Settings without a comment of the form `# scenario, scenario: reason` above them. A comment holds for the settings below it, up to the next
 * comment, an empty line or a section's border; it may go on for several lines.
 */
function unguarded(conf: string, known: ReadonlySet<string>): string[] {
  let guarded = false;
  let inComment = false;
  let section: string[] = [];
  return conf.split('\n').flatMap((line, i) => {
    const setting = line.trim();
    if (setting.startsWith('#')) {
      const names = setting.match(/^# ((?:[a-z0-9-]+, )*[a-z0-9-]+): /)?.[1]?.split(', ');
      if (names || !inComment) guarded = names?.every((name) => known.has(name)) ?? false;
      inComment = true;
      return [];
    }
    inComment = false;
    if (setting === '' || setting.startsWith('<')) {
      guarded = false;
      if (setting.startsWith('</')) section = section.slice(0, -1);
      else if (setting) section = [...section, setting.match(/^<(\w+)/)![1]!];
      return [];
    }
    const free = guarded || PLAIN_SECTIONS.includes(section.at(-1)!) || WIRING.has(setting.split(/\s/)[0]!);
    return free ? [] : [`line ${i + 1}: ${setting}`];
  });
}
