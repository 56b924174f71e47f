import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { together } from './buffer-state.ts';
import type { Cluster } from './cluster.ts';
import { Parts } from './parts.ts';
import type { Prepared } from './prepare.ts';
import { PART_LABEL } from './run-label.ts';
import { type Part, ROLE_LABEL } from './topology.ts';

const config = (conf: string) => ({
  configMap: { apiVersion: 'v1', kind: 'ConfigMap', data: { 'td-agent.conf': conf } },
  key: 'td-agent.conf',
});
const CONF =
  '<source>\n  @type redis_stream\n  stream s\n</source>\n<source>\n  @type monitor_agent\n  port 24220\n</source>\n';
const part = (role: Part['role'], name: string, replicas: number): Part => ({
  role,
  deployment: { kind: 'Deployment', spec: { replicas } } as V1Deployment,
  container: { name },
  config: role === 'collector' ? config(CONF) : undefined,
});
const PARTS = [part('collector', 'fluentd-collector', 2), part('queue', 'redis', 1)];

interface Of {
  ready?: boolean;
  restarts?: number;
  leaving?: boolean;
}

const pod = (
  name: string,
  role: string | undefined,
  container: string,
  { ready = true, restarts = 0, leaving }: Of = {},
): V1Pod => ({
  metadata: {
    name,
    uid: name,
    ...(role ? { labels: { [ROLE_LABEL]: role } } : {}),
    ...(leaving ? { deletionTimestamp: new Date(0) } : {}),
  },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [
      {
        name: container,
        containerID: `containerd://${name}`,
        image: 'i',
        imageID: 'i',
        ready,
        restartCount: restarts,
        state: { running: {} },
        lastState: restarts ? { terminated: { exitCode: 137, reason: 'Error' } } : {},
      },
    ],
  },
});
const collector = (name: string, of?: Of) => pod(name, 'collector', 'fluentd-collector', of);
const redis = (of?: Of) => pod('r', 'queue', 'redis', of);
const plugins = (queued: number) =>
  JSON.stringify({
    plugins: [{ buffer_queue_length: queued, buffer_stage_length: 0, buffer_total_queued_size: queued }],
  });

/** Parts on a cluster that has these pods, answers so for monitors, and with `length` to XLEN; they have been looked at. */
async function partsOn(pods: () => V1Pod[], monitor?: string, length: string | Error = '0\n', parts = PARTS) {
  const asked: string[] = [];
  const cluster = {
    pods: async (_namespace: string, selector: string) =>
      pods().filter(({ metadata }) => selector === `${PART_LABEL}=r1,${ROLE_LABEL}=${metadata!.labels![ROLE_LABEL]}`),
    followLog: async () => ({ ended: new Promise(() => {}), stop: () => {} }),
    proxy: async () => monitor,
    exec: async (_namespace: string, name: string, _container: string, command: string[]) => {
      asked.push(`${name}: ${command.join(' ')}`);
      if (length instanceof Error) throw length;
      return length;
    },
  } as unknown as Cluster;
  const prepared = { anatomy: { namespace: 'ns' }, parts } as Prepared;
  const ears = { line: () => {}, end: () => {} };
  const all = new Parts(cluster, 'r1', prepared, ears, new AbortController().signal);
  all.start();
  // What they see first is there once their looks have begun.
  await vi.waitUntil(() => all.pods.flatMap(({ now }) => now).length === pods().length);
  onTestFinished(async () => {
    for (const one of all.pods) await one.stop();
  });
  return { parts: all, asked };
}

describe('the parts of a topology', () => {
  test.each<[string, V1Pod[], boolean]>([
    ['all are', [collector('c1'), collector('c2'), redis()], true],
    ['one collector is missing', [collector('c1'), redis()], false],
    ['one is not ready', [collector('c1'), collector('c2', { ready: false }), redis()], false],
    ['one is leaving', [collector('c1'), collector('c2', { leaving: true }), redis()], false],
    ['Redis is missing', [collector('c1'), collector('c2')], false],
  ])('are ready once all replicas are: %s', async (_case, pods, ready) => {
    const { parts } = await partsOn(() => pods);
    expect(parts.ready()).toBe(ready);
    expect(parts.stand()).toBe(true);
  });

  test('are none in the topology direct: always ready, and nothing stands', async () => {
    const { parts } = await partsOn(() => [], undefined, '0', []);
    expect([parts.ready(), parts.stand(), await parts.buffers(), parts.rollOutCollector()]).toEqual([
      true,
      false,
      [],
      undefined,
    ]);
  });
});

describe('what they hold', () => {
  const stateOf = async (monitor: string | undefined, length: string | Error) => {
    const { parts, asked } = await partsOn(() => [collector('c1'), redis()], monitor, length);
    return { ...together(await parts.buffers()), asked };
  };

  test('is nothing when every buffer and the stream are empty', async () => {
    const { empty, saw, asked } = await stateOf(plugins(0), '0\n');
    expect({ empty, saw }).toEqual({ empty: true, saw: 'fluentd-collector: 0 chunks, 0 B buffered; redis: 0 entries' });
    expect(asked).toEqual(['r: redis-cli --raw -e XLEN s']);
  });

  test.each<[string, string | undefined, string | Error]>([
    ['the collector holds chunks', plugins(2), '0\n'],
    ['the stream has entries', plugins(0), '7\n'],
    ['the collector does not answer', undefined, '0\n'],
    ['Redis does not answer', plugins(0), new Error('no')],
  ])('is something when %s', async (_case, monitor, length) => {
    expect((await stateOf(monitor, length)).empty).toBe(false);
  });
});

describe('a signal', () => {
  test('goes to one pod of the part, and the trace says how it ended, once the part is ready again', async () => {
    let pods = [collector('c1'), collector('c2'), redis()];
    const { parts } = await partsOn(() => pods);
    const sent: string[] = [];
    const trace = parts.signal('collector', 'SIGKILL', async ({ id }, signal) => {
      sent.push(`${signal} ${id}`);
      pods = [collector('c1', { restarts: 1, ready: false }), collector('c2'), redis()];
    });
    await vi.waitUntil(() => sent.length > 0 && !parts.ready());
    pods = [collector('c1', { restarts: 1 }), collector('c2'), redis()];
    expect(await trace).toBe('fluentd-collector ended with exit code 137 (Error) and runs again; ready again');
    expect(sent).toEqual(['SIGKILL c1']);
  });

  test('leaves no trace where there is no such part or pod', async () => {
    const { parts } = await partsOn(() => [], undefined, '0', PARTS.slice(0, 1));
    expect(await parts.signal('queue', 'SIGKILL', async () => {})).toBeUndefined();
    expect(await parts.signal('collector', 'SIGKILL', async () => {})).toBeUndefined();
  });
});
