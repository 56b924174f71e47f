import type { LedgerReader } from './ledger-reader.ts';
import { statusOf } from './pod-state.ts';
import type { Pods } from './pods.ts';

/**
 * Asks the application for its load where somebody in its container listens to SIGUSR2, number 12 in the mask of proc_pid_status(5): to one that has only
 * just started it would be the end. That one is asked again.
 */
export const ASK_FOR_LOAD = [
  'sh',
  '-c',
  "if grep -qs '^SigCgt:.*[89a-f]..$' /proc/[0-9]*/status; then kill -USR2 1; fi",
];
const ASK_AGAIN_MS = 5000;

/** Has the container `application` of every pod start its load; resolves once the ledger tells that each has. */
export async function startLoad(pods: Pods, application: string, ledger: LedgerReader): Promise<void> {
  const before = pods.staying.map(({ metadata }) => ({
    pod: metadata!.name!,
    loads: ledger.loadsBegun(metadata!.name!),
  }));
  let askedAt = 0;
  const ask = async (asked: readonly { pod: string }[]) => {
    askedAt = performance.now();
    await Promise.all(asked.map(({ pod }) => pods.cluster.exec(pods.namespace, pod, application, ASK_FOR_LOAD)));
  };
  await ask(before);
  await pods.until(
    {
      name: 'every application to start its load',
      look: async () => {
        const waiting = before.filter(({ pod, loads }) => ledger.loadsBegun(pod) <= loads);
        if (waiting.length === 0) return { met: true, value: undefined };
        if (performance.now() - askedAt > ASK_AGAIN_MS) await ask(waiting);
        return { met: false, saw: `nothing new from ${waiting.map(({ pod }) => pod).join(', ') || 'any pod'}` };
      },
    },
    20_000,
    20,
  );
}

/** Asks the container `application` of every pod to end its load. */
export async function endLoad(pods: Pods, application: string): Promise<void> {
  const running = pods.staying.filter((pod) => statusOf(pod, application)?.state?.running);
  const kill = ['sh', '-c', 'kill -TERM 1'];
  // The container's end may cut the answer off; whether the application heard it, its ledger tells.
  await Promise.allSettled(
    running.map(({ metadata }) => pods.cluster.exec(pods.namespace, metadata!.name!, application, kill)),
  );
}
