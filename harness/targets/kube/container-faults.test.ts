import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Signal } from '../../core/target.ts';
import type { Cluster } from './cluster.ts';
import { exhaustMemory, type RunningContainer, signalContainer } from './container-faults.ts';
import { Pods } from './pods.ts';
import { signalInside } from './signal-inside.ts';

/** A cluster of one pod with one container, whose status a test may change. */
class FakeCluster {
  status: Partial<V1ContainerStatus> = { restartCount: 0, state: { running: {} } };
  limit: string | undefined;
  exec: (command: string[]) => Promise<string> = async () => '';
  id = 'containerd://one';

  pods = async (): Promise<V1Pod[]> => [
    {
      metadata: { name: 'pod', uid: 'u' },
      spec: {
        containers: [{ name: 'app' }],
        initContainers: [{ name: 'fluentd', resources: this.limit ? { limits: { memory: this.limit } } : {} }],
      },
      status: {
        initContainerStatuses: [{ name: 'fluentd', containerID: this.id, ...this.status } as V1ContainerStatus],
      },
    },
  ];

  followLog = async () => ({ ended: new Promise<void>(() => {}), stop: () => {} });

  restart(exitCode: number, reason: string): void {
    const terminated = { exitCode, reason };
    this.id = 'containerd://two';
    this.status = { restartCount: 1, state: { running: {} }, lastState: { terminated } };
  }
}

let cluster: FakeCluster;
let pods: Pods;
const ended = new AbortController();

beforeEach(async () => {
  cluster = new FakeCluster();
  const exec = (_namespace: string, _pod: string, _container: string, command: string[]) => cluster.exec(command);
  const door = { pods: () => cluster.pods(), followLog: cluster.followLog, exec };
  pods = new Pods(door as Partial<Cluster> as Cluster, 'ns', 'run=r', { line: () => {}, end: () => {} }, ended.signal);
  pods.start();
  await pods.until({ name: 'the pod', look: () => seen(pods.now.length > 0) }, 2000, 5);
});
afterEach(() => pods.stop());

const status = (pid: number, parent: number, state: string) => `State:\t${state}\nPid:\t${pid}\nPPid:\t${parent}\n`;
const seen = (met: boolean) => (met ? { met, value: undefined } : { met, saw: 'nothing' });

describe('a signal', () => {
  const send = (effect: () => void) => async (to: RunningContainer, signal: Signal) => {
    expect([to, signal]).toEqual([{ pod: 'pod', container: 'fluentd', id: 'one' }, expect.stringMatching(/^SIG/)]);
    effect();
  };

  test('that ends the container leaves as trace how it ended', async () => {
    const trace = await signalContainer(
      pods,
      send(() => cluster.restart(137, 'Error')),
      'fluentd',
      'SIGKILL',
    );
    expect(trace).toBe('fluentd ended with exit code 137 (Error) and runs again');
  });

  test('to a container that does not run leaves none', async () => {
    const never = send(() => expect.unreachable());
    expect(await signalContainer(pods, never, 'nobody', 'SIGKILL')).toBeUndefined();
  });

  test('that stops it is not done before its processes stand still', async () => {
    let looks = 0;
    cluster.exec = async () =>
      ++looks < 3
        ? status(1, 0, 'S (sleeping)') + status(7, 1, 'T (stopped)') + status(8, 7, 'S (sleeping)')
        : status(1, 0, 'T (stopped)') + status(7, 1, 'T (stopped)') + status(9, 0, 'R (running)');
    expect(
      await signalContainer(
        pods,
        send(() => {}),
        'fluentd',
        'SIGSTOP',
      ),
    ).toBe('2 processes of fluentd stand still');
    expect(looks).toBe(3);
    looks = 0;
    cluster.exec = async () =>
      status(1, 0, 'S (sleeping)') + status(7, 1, ++looks < 3 ? 'T (stopped)' : 'S (sleeping)');
    expect(
      await signalContainer(
        pods,
        send(() => {}),
        'fluentd',
        'SIGCONT',
      ),
    ).toBe('fluentd goes on');
    expect(looks).toBe(3);
  });

  test('may be sent from inside', async () => {
    let state = 'S (sleeping)';
    cluster.exec = async (command) => {
      if (command[2]!.startsWith('kill -s STOP 7 ')) {
        state = 'T (stopped)';
        return '';
      }
      return status(1, 0, 'S (sleeping)') + status(7, 1, state);
    };
    const trace = await signalContainer(
      pods,
      ({ container }, signal) => signalInside((command) => cluster.exec(command), container, signal),
      'fluentd',
      'SIGSTOP',
    );
    expect(trace).toBe('1 processes of fluentd stand still');
  });
});

describe('memory used up', () => {
  test('without a limit the node would run out: refused', async () => {
    cluster.exec = async () => expect.unreachable();
    await expect(exhaustMemory(pods, 'fluentd')).rejects.toThrow('fluentd has no memory limit');
  });

  test.each([
    ['OOMKilled', 'fluentd ended with exit code 137 (OOMKilled) at its limit of 64Mi and runs again'],
    ['Error', undefined],
  ])('an end for the reason %s leaves %s', async (reason, trace) => {
    cluster.limit = '64Mi';
    cluster.exec = async () => {
      cluster.restart(137, reason);
      throw new Error('exit code 137');
    };
    await pods.until(
      { name: 'the limit', look: () => seen(pods.now[0]?.spec?.initContainers?.[0]?.resources?.limits !== undefined) },
      2000,
      5,
    );
    expect(await exhaustMemory(pods, 'fluentd')).toBe(trace);
  });
});
