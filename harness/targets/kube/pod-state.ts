import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { UsageError } from '../../core/trouble.ts';

/** Reasons for which a container that waits will go on waiting, unless what is said of them is {@link PASSING}. */
const HOPELESS = new Set([
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/**
 * What the kubelet says where it was too slow itself, and tries again: its caches of Secrets and ConfigMaps that were not filled within their second
 * (kubernetes/kubernetes 117972), and a runtime that did not answer in time and finishes meanwhile (containerd/containerd 4604).
 */
const PASSING = /failed to sync \S+ cache|context deadline exceeded|is reserved for/;

/** Status of a container of a pod, native sidecars included. */
export function statusOf(pod: V1Pod, container: string): V1ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === container);
}

/** A container that keeps its pipeline from coming up. */
export interface Hopeless {
  pod: string;
  container: string;
  why: string;
}

/** The first of these containers, in these pods, that can't come up, or that ended before the pipeline `stood`. */
export function hopelessIn(
  pods: readonly V1Pod[],
  containers: readonly string[],
  stood: boolean,
): Hopeless | undefined {
  for (const pod of pods) {
    for (const container of containers) {
      const why = hopeless(pod, container) ?? (stood ? undefined : endedBefore(pod, container));
      if (why) return { pod: pod.metadata!.name!, container, why };
    }
  }
  return undefined;
}

/** The pipeline's own fault, with the last of what the container said. */
export function notComingUp(
  { container, why }: Pick<Hopeless, 'container' | 'why'>,
  said: readonly string[],
): UsageError {
  const last = said.slice(-20);
  const words = last.length > 0 ? `; its last words:\n${last.join('\n')}` : '';
  return new UsageError(`the pipeline does not come up: container ${container} ${why}${words}`);
}

/** Whether fluentd's log says that it follows a file of this name. */
export function saysItFollows(log: readonly string[], file: string): boolean {
  return log.some((line) => line.includes('following tail of') && line.includes(file));
}

/** What Fargate's scheduler says of a pod that it will never take; a claim may be bound a moment later. */
const NEVER_ON_FARGATE = /not supported on Fargate(?!.*not bound)|[Mm]isconfigured Fargate Profile|no Fargate profile/;

/** Why a container can't come up, or undefined. */
function hopeless(pod: V1Pod, container: string): string | undefined {
  const refused = unscheduled(pod);
  if (refused && NEVER_ON_FARGATE.test(refused)) return `is not taken by Fargate: ${refused}`;
  const status = statusOf(pod, container);
  const { reason = '', message = '' } = status?.state?.waiting ?? {};
  if (HOPELESS.has(reason) && !PASSING.test(message)) return `${reason}: ${message}`.trim();
  return undefined;
}

/** How a container ended, or undefined: before the pipeline is up none may. */
function endedBefore(pod: V1Pod, container: string): string | undefined {
  const { state, lastState } = statusOf(pod, container) ?? {};
  const ended = state?.terminated ?? lastState?.terminated;
  return ended && `ended with exit code ${ended.exitCode} (${ended.reason ?? 'no reason given'})`;
}

/** Whether a pod serves: its containers run and its probes agree. */
export function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
}

/** `testdeployment-7c: Pending; fluentd-sidecar waits: ContainerCreating` */
export function describePod(pod: V1Pod): string {
  const { containerStatuses = [], initContainerStatuses = [], phase } = pod.status ?? {};
  const states = [...initContainerStatuses, ...containerStatuses].map(({ name, state, restartCount }) => {
    const word = state?.running
      ? 'runs'
      : state?.terminated
        ? `ended with ${state.terminated.exitCode}`
        : `waits: ${[state?.waiting?.reason ?? 'to be started', state?.waiting?.message].filter(Boolean).join(': ')}`;
    return `${name} ${word}${restartCount ? ` (${restartCount} restarts)` : ''}`;
  });
  return `${pod.metadata?.name}: ${[phase, onFargate(pod), unscheduled(pod), ...states].filter(Boolean).join('; ')}`;
}

function unscheduled({ status }: V1Pod): string | undefined {
  return status?.conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False')?.message;
}

/** What a pod that Fargate's scheduler has taken waits for until its node is there. A node takes it 30 to 45 s, and its images come anew each time. */
function onFargate({ spec, status, metadata }: V1Pod): string | undefined {
  if (spec?.schedulerName !== 'fargate-scheduler' || status?.phase !== 'Pending') return undefined;
  if (spec.nodeName) return 'its node pulls the images';
  const size = metadata?.annotations?.['CapacityProvisioned'];
  return size ? `Fargate brings up a node of ${size}` : 'waits for Fargate’s scheduler';
}
