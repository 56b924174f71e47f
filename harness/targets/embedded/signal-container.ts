import { ConditionTimeout } from '../../core/condition.ts';
import type { Signal } from '../../core/target.ts';
import type { EmbeddedPods } from './embedded-pods.ts';
import type { KeptContainer } from './kept-container.ts';

/** Longest wait for a container to end and come back, ms: back-off between restarts included; after SIGTERM Kubernetes' grace period. */
const END_WITHIN_MS = { SIGKILL: 60_000, SIGTERM: 30_000 };

/** Sends a signal to a container of this name; the trace says how it ended and that it runs again, or that it stands still or goes on. */
export async function signalContainer(
  pods: EmbeddedPods,
  container: string,
  signal: Signal,
): Promise<string | undefined> {
  const kept = pods.staying.map((pod) => pod.container(container)).find((one) => one?.running);
  const restarts = kept?.restarts ?? 0;
  if (!kept?.signal(signal)) return undefined;
  if (signal === 'SIGSTOP' || signal === 'SIGCONT') return stillness(pods, kept, signal === 'SIGSTOP');
  const ended = {
    name: `container ${container} to end by ${signal} and run again`,
    look: () =>
      kept.restarts > restarts && kept.running && kept.last
        ? {
            met: true as const,
            value: `${container} ended with exit code ${kept.last.exitCode} (${kept.last.reason}) and runs again`,
          }
        : { met: false as const, saw: pods.describe() },
  };
  try {
    return await pods.until(ended, END_WITHIN_MS[signal]);
  } catch (error) {
    // Nothing outlives SIGKILL; SIGTERM may be taken no notice of, where a shell is the first process and passes nothing on.
    if (signal !== 'SIGTERM' || !(error instanceof ConditionTimeout)) throw error;
    return `the first process of ${container} took no notice of SIGTERM within ${END_WITHIN_MS.SIGTERM / 1000}s`;
  }
}

function stillness(pods: EmbeddedPods, kept: KeptContainer, still: boolean): Promise<string> {
  return pods.until(
    {
      name: `container ${kept.name} to ${still ? 'stand still' : 'go on'}`,
      look: () => {
        const state = kept.processState;
        return state !== undefined && (state === 'T') === still
          ? { met: true, value: `${kept.name} ${still ? 'stands still' : 'goes on'} (state ${state})` }
          : { met: false, saw: `state ${state}` };
      },
    },
    10_000,
    10,
  );
}
