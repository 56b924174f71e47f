import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';

/** Reasons for which a container that waits will go on waiting. */
const HOPELESS = new Set([
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Status of a container of a pod, native sidecars included. */
export function statusOf(pod: V1Pod, container: string): V1ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === container);
}

/** Why a container can't come up, or undefined. A container that ended counts: before the pipeline is up none may. */
export function hopeless(pod: V1Pod, container: string): string | undefined {
  const status = statusOf(pod, container);
  const { waiting } = status?.state ?? {};
  if (waiting?.reason && HOPELESS.has(waiting.reason)) return `${waiting.reason}: ${waiting.message ?? ''}`.trim();
  const ended = status?.state?.terminated ?? status?.lastState?.terminated;
  if (ended) return `ended with exit code ${ended.exitCode} (${ended.reason ?? 'no reason given'})`;
  return undefined;
}

/** `testdeployment-7c: Pending; fluentd-sidecar waits: ContainerCreating` */
export function describePod(pod: V1Pod): string {
  const { containerStatuses = [], initContainerStatuses = [], phase, conditions = [] } = pod.status ?? {};
  const states = [...initContainerStatuses, ...containerStatuses].map(({ name, state, restartCount }) => {
    const word = state?.running
      ? 'runs'
      : state?.terminated
        ? `ended with ${state.terminated.exitCode}`
        : `waits: ${state?.waiting?.reason ?? 'to be started'}`;
    return `${name} ${word}${restartCount ? ` (${restartCount} restarts)` : ''}`;
  });
  const unschedulable = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.message;
  return `${pod.metadata?.name}: ${[phase, unschedulable, ...states].filter(Boolean).join('; ')}`;
}
