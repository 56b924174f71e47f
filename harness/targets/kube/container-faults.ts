import type { V1Pod } from '@kubernetes/client-node';
import { ConditionTimeout } from '../../core/condition.ts';
import type { Signal } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import { inWords, isStopped, LOOK_AT_PROCESSES, ownProcesses, standsStill } from './container-processes.ts';
import { describePod, statusOf } from './pod-state.ts';
import type { Pods } from './pods.ts';

/** A container that runs: its pod, its name in the pod, and the runtime's id. */
export interface RunningContainer {
  pod: string;
  container: string;
  id: string;
}

/** Sends a signal to a container: SIGSTOP and SIGCONT to all its processes, any other to its first; where the node is out of reach, signalInside is the way. */
export type SendSignal = (to: RunningContainer, signal: Signal) => Promise<void>;

/**
 * Longest wait for a container to end and come back, ms. After SIGKILL, and out of memory: the back-off between restarts included. After SIGTERM:
 * the grace period that Kubernetes gives by default.
 */
const END_WITHIN_MS = { killed: 90_000, SIGTERM: 30_000 };

/**
 * Fills a container's memory with processes of about 8 MiB that stand still. The kernel kills the largest process of the memory cgroup, and each of
 * these is smaller than any fluentd: one process that took it all would be killed in fluentd's place.
 */
const FILL_MEMORY = `
i=0
while [ $i -lt 1000 ]; do
  head -c 8388608 /dev/zero | tail | sleep 600 &
  i=$((i + 1))
done
wait`;

/** Sends a signal to a container of this name; the trace says how it ended and that it runs again, or that it stands still or goes on. */
export async function signalContainer(
  pods: Pods,
  send: SendSignal,
  container: string,
  signal: Signal,
): Promise<string | undefined> {
  const life = runningLife(pods, container);
  if (!life) return undefined;
  await send({ pod: life.pod, container, id: life.id.replace(/^.*:\/\//, '') }, signal);
  if (signal === 'SIGSTOP' || signal === 'SIGCONT') return stillness(pods, life.pod, container, signal);
  try {
    const withinMs = signal === 'SIGTERM' ? END_WITHIN_MS.SIGTERM : END_WITHIN_MS.killed;
    const { exitCode, reason } = await endedAndBack(pods, life, container, `by ${signal}`, withinMs);
    return `${container} ended with exit code ${exitCode} (${reason}) and runs again`;
  } catch (error) {
    // Nothing outlives SIGKILL; SIGTERM may be taken no notice of, where a shell is the first process and passes nothing on.
    if (signal !== 'SIGTERM' || !(error instanceof ConditionTimeout)) throw error;
    return `the first process of ${container} took no notice of SIGTERM within ${END_WITHIN_MS.SIGTERM / 1000}s`;
  }
}

/**
 * Uses up a container's memory by processes in it, as its own user. The trace is what Kubernetes says of its end; undefined where that was not for want of
 * memory. Throws {@link UsageError} for a container without a limit: there the node itself would run out.
 */
export async function exhaustMemory(pods: Pods, container: string): Promise<string | undefined> {
  const life = runningLife(pods, container);
  if (!life) return undefined;
  const { limit } = life;
  if (!limit)
    throw new UsageError(
      `container ${container} has no memory limit that the kernel could enforce: give it one, or the scenario a setup.memory`,
    );
  const filling = pods.cluster
    .exec(pods.namespace, life.pod, container, ['sh', '-c', FILL_MEMORY])
    .catch((error: Error) => error.message);
  const { exitCode, reason } = await endedAndBack(
    pods,
    life,
    container,
    'for want of memory',
    END_WITHIN_MS.killed,
  ).catch(async (error) => {
    if (error instanceof ConditionTimeout)
      error.message += `; the processes that took it said: ${await settled(filling)}`;
    throw error;
  });
  if (reason !== 'OOMKilled') return undefined;
  return `${container} ended with exit code ${exitCode} (${reason}) at its limit of ${limit} and runs again`;
}

interface Life {
  pod: string;
  uid: string | undefined;
  id: string;
  restarts: number;
  limit: string | undefined;
}

function runningLife(pods: Pods, container: string): Life | undefined {
  for (const pod of pods.staying) {
    const status = statusOf(pod, container);
    if (!status?.state?.running || !status.containerID) continue;
    const { name, uid } = pod.metadata!;
    return { pod: name!, uid, id: status.containerID, restarts: status.restartCount, limit: limitOf(pod, container) };
  }
  return undefined;
}

function limitOf({ spec }: V1Pod, container: string): string | undefined {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return all.find(({ name }) => name === container)?.resources?.limits?.['memory'];
}

function endedAndBack(pods: Pods, { uid, restarts }: Life, container: string, how: string, withinMs: number) {
  return pods.until(
    {
      name: `container ${container} to end ${how} and run again`,
      look: () => {
        const pod = pods.now.find(({ metadata }) => metadata?.uid === uid);
        const status = pod && statusOf(pod, container);
        const { terminated } = status?.lastState ?? {};
        if (!terminated || status?.restartCount === restarts || !status?.state?.running)
          return { met: false, saw: pod ? describePod(pod) : 'the pod is gone' };
        return { met: true, value: { exitCode: terminated.exitCode, reason: terminated.reason ?? 'no reason given' } };
      },
    },
    withinMs,
  );
}

/** Waits until a container's own processes are in the state that the signal brings about; the trace tells how many are stopped. */
function stillness(pods: Pods, pod: string, container: string, signal: 'SIGSTOP' | 'SIGCONT'): Promise<string> {
  return pods.until(
    {
      name: `container ${container} to ${signal === 'SIGSTOP' ? 'stand still' : 'go on'} after ${signal}`,
      look: async () => {
        const own = ownProcesses(await pods.cluster.exec(pods.namespace, pod, container, LOOK_AT_PROCESSES));
        const stopped = own.filter(isStopped).length;
        if (signal === 'SIGSTOP' && standsStill(own))
          return { met: true, value: `${stopped} processes of ${container} stand still` };
        if (signal === 'SIGCONT' && own.length > 0 && stopped === 0)
          return { met: true, value: `${container} goes on` };
        return { met: false, saw: inWords(own) };
      },
    },
    10_000,
  );
}

function settled(promise: Promise<string>): Promise<string> {
  return Promise.race([promise, Promise.resolve('nothing yet')]);
}
