import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { ourContainers, ourNetworks } from '../tools/ours.ts';
import { spawnCli } from './spawn-cli.ts';

const docker = inject('docker');

/** Names of what runs of their own (not kept ones) have left behind. */
async function leftovers(): Promise<string[]> {
  const [containers, networks] = await Promise.all([ourContainers(), ourNetworks()]);
  return [...containers, ...networks].map(({ name }) => name).filter((name) => !name.startsWith('efk-kept-'));
}

/** Whether a process hears of signals by now: the bit of SIGHUP, which Node itself does not catch, in the mask of proc_pid_status(5). */
function hearsInterrupts(pid: number): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;
  return (Number.parseInt(mask.at(-1)!, 16) & 1) !== 0;
}

describe.skipIf(!docker)('npm run e2e, interrupted by Ctrl-C, leaves nothing and exits with 130', () => {
  const standing = async () => (await leftovers()).some((name) => name.endsWith('-k3s'));
  let verified = 0;
  const phases: [string, (said: string, pid: number) => boolean | Promise<boolean>][] = [
    ['while it looks around', (_said, pid) => hearsInterrupts(pid)],
    ['while it stands up', standing],
    ['while the pipeline stands up', (said) => said.includes('Kubernetes v')],
    ['between two scenarios', (said) => said.includes('✔ delivers-every-line')],
    ['some seconds into a scenario', (said) => said.includes('Kubernetes v') && ++verified > 100],
  ];
  test.each(phases)('%s', async (_phase, interruptWhen) => {
    const names = ['-t', 'delivers-every-line', 'ships-a-short-lived-pod'];
    const { code, stderr } = await spawnCli('e2e', names, { interruptWhen });
    expect(stderr).toContain('SIGINT: taking everything down');
    expect(code).toBe(130);
    expect(await leftovers()).toEqual([]);
  });
});

describe.skipIf(!docker)('a pipeline that cannot work is refused at once, with what is wrong with it', () => {
  const manifest = (volume: string, conf: string, container = '') => `
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data:
  td-agent.conf: |
${conf.replaceAll(/^/gm, '    ')}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec:
      containers:
        - name: app
          image: app
          volumeMounts: [{ name: log, mountPath: /log }]
        - name: fluentd
          image: debian:trixie-slim
          imagePullPolicy: IfNotPresent${container}
          volumeMounts: [{ name: ${volume}, mountPath: /log }, { name: conf, mountPath: /etc/td-agent }]
      volumes:
        - { name: log, emptyDir: {} }
        - { name: own, emptyDir: {} }
        - { name: conf, configMap: { name: conf } }
`;
  const CONF =
    '<source>\n@type tail\npath /log/app.log\ntag x\n</source>\n<match **>\n@type opensearch\nhost h\n</match>';
  const run = async (files: Record<string, string>) => {
    const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return spawnCli('e2e', ['--pipeline', folder, '-t', 'delivers-every-line']);
  };
  const cases: [string, Record<string, string>, RegExp][] = [
    ['a folder without manifests', { 'README.md': '' }, /has no manifests: expected \*\.yaml/],
    [
      'YAML that does not parse',
      { 'app.yaml': 'kind: Deployment\n  metadata: [' },
      /app\.yaml does not parse: .*line 1/s,
    ],
    [
      'no Deployment',
      { 'app.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}' },
      /hold no Deployment; found: Pod x/,
    ],
    ['no shared log volume', { 'app.yaml': manifest('own', CONF) }, /no shared log volume: expected an emptyDir/],
    [
      'a tail source that reads elsewhere',
      { 'app.yaml': manifest('log', CONF.replace('/log/', '/var/')) },
      /reads below \/log/,
    ],
    ['kustomize that refuses', { 'kustomization.yaml': 'resources: [gone.yaml]' }, /kustomize refuses.*gone\.yaml/s],
  ];
  test.each(cases)('%s', async (_name, files, message) => {
    const { code, stderr } = await run(files);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(await leftovers()).toEqual([]);
  });

  test('a container that ends at once: its last words are shown', async () => {
    const says = `\n          command: [sh, -c, 'echo "config error file=td-agent.conf error_class=Fluent::ConfigError"; exit 1']`;
    const { code, stderr } = await run({ 'app.yaml': manifest('log', CONF, says) });
    expect(stderr).toMatch(/container fluentd ended with exit code 1.*its last words:\n.*Fluent::ConfigError/s);
    expect(code).toBe(2);
    expect(await leftovers()).toEqual([]);
  });
});

describe.skipIf(!docker)('fluentd’s own words', () => {
  test('a parameter that fluentd refuses ends the run at once, with its message', async () => {
    const started = performance.now();
    const { code, stderr } = await spawnCli('e2e', [
      '-t',
      'delivers-every-line',
      '--set',
      'fluentd.overflow_action=explode',
    ]);
    expect(stderr).toContain('but got explode');
    expect(stderr).toContain('its last words:');
    expect(code).toBe(2);
    expect(performance.now() - started).toBeLessThan(120_000);
  });

  test('an image that is not there is an environment that failed', async () => {
    const { code, stderr } = await spawnCli('e2e', [], { env: { OPENSEARCH_IMAGE: 'localhost:1/nobody/nothing:0' } });
    expect(stderr).toMatch(/localhost:1\/nobody\/nothing:0 is not here and could not be pulled/);
    expect(code).toBe(3);
  });
});

describe.skipIf(!docker)('--keep, --reuse and down', () => {
  test('what is kept is taken again, and down removes it', async () => {
    const only = ['-t', 'delivers-every-line', '--json'];
    const first = await spawnCli('e2e', [...only, '--keep']);
    expect(first.code).toBe(0);
    expect(first.stderr).toContain('kubectl --namespace kubetest logs');
    const kept = (await ourContainers()).map(({ name }) => name).sort();
    expect(kept).toEqual(['efk-kept-opensearch-edge', 'efk-kept-opensearch-engine', 'efk-kept-opensearch-k3s']);

    const again = await spawnCli('e2e', [...only, '--reuse']);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('taken as they were');
    const results = JSON.parse(again.stdout);
    expect(results).toMatchObject({ schemaVersion: 1, outcome: 'pass', target: 'k3s', pipeline: 'delivered' });
    expect(results.scenarios[0].reconciliation).toMatchObject({ accepted: 1500, delivered: 1500, missing: 0 });
    expect(results.scenarios[0].latencyMs.p50).toBeGreaterThan(0);

    const down = await spawnCli('down', []);
    expect(down.stdout).toContain('removed 3 containers, 1 networks and 0 volumes');
    expect(await ourContainers()).toEqual([]);
    expect(await ourNetworks()).toEqual([]);
    expect((await spawnCli('down', [])).stdout).toContain('removed 0 containers, 0 networks and 0 volumes');
  });
});
