import type { V1Pod } from '@kubernetes/client-node';
import { EnvironmentError } from '../core/trouble.ts';
import type { Cluster } from '../targets/kube/cluster.ts';
import { describePod, statusOf } from '../targets/kube/pod-state.ts';
import { RUN_LABEL } from '../targets/kube/run-label.ts';
import type { PartState } from './stack.ts';

/** Names in manifests/base. */
export const NAMESPACE = 'kubetest';
export const DEPLOYMENT = 'testdeployment';
export const CONTAINERS = { application: 'test-repo', fluentd: 'fluentd-sidecar' } as const;
/** The parts that are containers of the pod. */
export type PodPart = keyof typeof CONTAINERS;

const MONITOR_PORT = 24220;

/** The pod that one works in: the newest of its Deployment, whichever that is at the moment. */
export class K3sPod {
  readonly cluster: Cluster;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Those that stay, the newest last. */
  async all(): Promise<V1Pod[]> {
    const pods = await this.cluster.pods(NAMESPACE, RUN_LABEL);
    const age = ({ metadata }: V1Pod) => new Date(metadata?.creationTimestamp ?? 0).getTime();
    return pods.filter(({ metadata }) => !metadata?.deletionTimestamp).sort((a, b) => age(a) - age(b));
  }

  /** Throws where there is none. */
  async name(): Promise<string> {
    const name = (await this.all()).at(-1)?.metadata?.name;
    if (name) return name;
    throw new EnvironmentError(
      `there is no pod in the namespace ${NAMESPACE}: npm run down, then npm run dev -- --target k3s`,
    );
  }

  async exec(part: PodPart, script: string): Promise<string> {
    return this.cluster.exec(NAMESPACE, await this.name(), CONTAINERS[part], ['sh', '-c', script]);
  }

  /** A container's log until its end, or the signal; `opened` is called once nothing that it says from now on is missed. */
  async log(
    part: PodPart,
    options: { tail: number; follow: boolean; signal?: AbortSignal | undefined; opened?: () => Promise<void> },
    onLine: (line: string) => void,
  ): Promise<void> {
    const { signal, opened } = options;
    const stream = await this.cluster.followLog(NAMESPACE, await this.name(), CONTAINERS[part], onLine, options);
    const stop = () => stream.stop();
    signal?.addEventListener('abort', stop);
    try {
      if (signal?.aborted) stop();
      await opened?.();
      await stream.ended;
    } finally {
      signal?.removeEventListener('abort', stop);
      stop();
    }
  }

  async monitor(): Promise<unknown> {
    const answer = await this.cluster.proxy(NAMESPACE, await this.name(), MONITOR_PORT, 'api/plugins.json');
    if (answer === undefined) throw new EnvironmentError("fluentd's monitor_agent does not answer");
    return JSON.parse(answer);
  }
}

/** How a part does, from what the API server tells of its pod; `now` in ms since the epoch. */
export function podPartState(part: PodPart, pod: V1Pod | undefined, now: number): PartState {
  if (!pod) return { part, state: 'absent', saw: 'no pod' };
  const status = statusOf(pod, CONTAINERS[part]);
  if (!status) return { part, state: 'starting', saw: describePod(pod) };
  const { running, terminated, waiting } = status.state ?? {};
  if (terminated) return { part, state: 'ended', saw: `ended with exit code ${terminated.exitCode}` };
  const restarts = status.restartCount ? `, ${status.restartCount} restarts` : '';
  if (!running) return { part, state: 'starting', saw: `${waiting?.reason ?? 'waits'}${restarts}` };
  const seconds = Math.max(0, Math.round((now - new Date(running.startedAt ?? now).getTime()) / 1000));
  return { part, state: 'running', saw: `running since ${seconds} s${status.ready ? ', ready' : ''}${restarts}` };
}
