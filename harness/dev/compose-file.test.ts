import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { run } from '../tools/shell.ts';
import { composeFile, type OwnApplication } from './compose-file.ts';

const ROOT = join(import.meta.dirname, '..', '..');

interface Resolved {
  // biome-ignore lint/suspicious/noExplicitAny: whatever Compose has to say
  services: Record<string, Record<string, any>>;
  networks: Record<string, { labels: Record<string, string> }>;
  volumes: Record<string, { labels: Record<string, string> }>;
}

/** What Compose makes of the file; no daemon is asked. */
async function resolved(own?: OwnApplication, variables: string[] = []): Promise<Resolved> {
  const input = JSON.stringify(composeFile(ROOT, own));
  const compose = [
    'docker',
    'compose',
    '--project-directory',
    ROOT,
    '--file',
    '-',
    '--profile',
    'dashboards',
    'config',
  ];
  return parse(await run(['env', ...variables, ...compose], { input }));
}

describe.skipIf(!inject('docker'))('docker-compose.yml', () => {
  test('every part is pinned, limited, labelled, and reached on the loopback alone', async () => {
    const { services, networks, volumes } = await resolved();
    expect(Object.keys(services).sort()).toEqual(['dashboards', 'edge', 'fluentd-sidecar', 'opensearch', 'test-repo']);
    for (const [name, service] of Object.entries(services)) {
      expect(service['image'], name).toMatch(service['build'] ? /^efk-sidecar-/ : /:\d+\.\d+\.\d+$/);
      expect(Number(service['mem_limit']), name).toBeGreaterThan(0);
      for (const { host_ip } of service['ports'] ?? []) expect(host_ip, name).toBe('127.0.0.1');
      if (name !== 'test-repo') expect(service['healthcheck']?.test, name).toBeDefined();
    }
    for (const { labels } of [services, networks, volumes].flatMap(
      (some) => Object.values(some) as { labels: object }[],
    ))
      expect(labels).toMatchObject({ 'io.github.efk-sidecar-harness': 'efk-sidecar' });
  });

  test('Dashboards are of the engine’s version, and only there when they are asked for', async () => {
    const { services } = await resolved();
    const version = (name: string) => services[name]!['image'].split(':')[1];
    expect(version('dashboards')).toBe(version('opensearch'));
    expect(services['dashboards']!['profiles']).toEqual(['dashboards']);
  });

  test('application and fluentd share the log volume as in the pod, and fluentd reads the folder of the ConfigMap’s source', async () => {
    const { services } = await resolved();
    const mounts = (name: string) =>
      services[name]!['volumes'].map((one: Record<string, string>) => [one['source'], one['target']].join(' '));
    expect(mounts('test-repo')).toEqual(['log-volume /app/log']);
    expect(mounts('fluentd-sidecar')).toEqual(['log-volume /app/log', `${join(ROOT, 'fluentd')} /etc/td-agent`]);
    expect(services['fluentd-sidecar']!['environment'].FLUENT_CONF).toBe('/etc/td-agent/td-agent.conf');
  });

  test('ports, images, pace and configuration are variables', async () => {
    const { services } = await resolved(undefined, [
      ...['OPENSEARCH_PORT=1', 'EDGE_ADMIN_PORT=2', 'FLUENTD_MONITOR_PORT=3', 'DASHBOARDS_PORT=4'],
      ...['LINES_PER_SECOND=7', 'FLUENTD_CONF_FOLDER=/my', 'FLUENTD_CONF=my.conf', 'EDGE_IMAGE=edge:mine'],
    ]);
    const ports = ['opensearch', 'edge', 'fluentd-sidecar', 'dashboards'].map(
      (name) => services[name]!['ports'][0].published,
    );
    expect(ports).toEqual(['1', '2', '3', '4']);
    expect(services['test-repo']!['command']).toContain('--lines-per-second=7');
    expect(services['fluentd-sidecar']!['volumes'][1].source).toBe('/my');
    expect(services['fluentd-sidecar']!['environment'].FLUENT_CONF).toBe('/etc/td-agent/my.conf');
    expect(services['edge']!['image']).toBe('edge:mine');
  });

  test('an image of one’s own takes the application’s place, with its own command', async () => {
    const application = (await resolved({ image: 'mine:1' })).services['test-repo']!;
    expect(application['image']).toBe('mine:1');
    expect(application['command'] ?? null).toBeNull();
    expect(application).not.toHaveProperty('build');
  });

  test('a folder of one’s own is mounted to be read alone, and nothing in its name is taken for a variable', async () => {
    const { services } = await resolved({ folder: '/logs/$HOME of mine' });
    for (const name of ['test-repo', 'fluentd-sidecar'])
      expect(services[name]!['volumes']).toContainEqual(
        expect.objectContaining({ source: '/logs/$$HOME of mine', target: '/app/host-log', read_only: true }),
      );
    expect(services['test-repo']!['entrypoint'][2]).toContain('link=/app/log/$${file##*/}');
  });
});
