import type { V1Pod } from '@kubernetes/client-node';
import type { Parts } from './parts.ts';
import { wantedPods } from './pod-replacement.ts';
import { hopelessIn, notComingUp, saysItFollows, statusOf } from './pod-state.ts';
import type { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';

/** Longest wait for the log of a container that ended, ms: a stream that was refused, and two looks after it. */
const LAST_WORDS_WITHIN_MS = 10_000;

/** A deployment that comes up. */
export interface ComingUp {
  prepared: Prepared;
  pods: Pods;
  parts: Parts;
  /** Whether names are resolved in the cluster by now. */
  resolves(): Promise<boolean>;
  /** Whether it was ready once: from then on a container that ended is a fault's work. */
  stood: boolean;
}

/**
 * Waits until every pod runs the application or, with `followed`, fluentd has said that it follows the log, the parts are ready and names are resolved.
 * Throws at once {@link notComingUp} where a container never will.
 */
export async function untilReady(coming: ComingUp, followed: boolean, withinMs: number): Promise<void> {
  const { prepared, pods, parts, resolves } = coming;
  const { application, fluentd, logFile } = prepared.anatomy;
  const name = logFile.slice(logFile.lastIndexOf('/') + 1);
  const wanted = Math.max(1, wantedPods(prepared));
  await pods.until(
    {
      name: followed ? `fluentd to follow ${logFile}` : `the application's container ${application.name} to run`,
      look: async () => {
        await assertHopeful(coming);
        const running = pods.staying.filter((pod) => statusOf(pod, application.name)?.state?.running);
        const up = followed ? running.filter((pod) => follows(pods, pod, fluentd.name, name)) : running;
        if (!parts.ready()) return { met: false, saw: parts.describe() };
        if (up.length >= wanted)
          return (await resolves())
            ? { met: true, value: undefined }
            : { met: false, saw: 'the cluster’s DNS is not ready' };
        const last = followed ? `; fluentd's last line: ${pods.logs.linesOf(fluentd.name).at(-1) ?? 'none'}` : '';
        return { met: false, saw: `${up.length} of ${wanted} pods; ${pods.describe()}${last}` };
      },
    },
    withinMs,
  );
}

/** Whether the fluentd that runs in a pod now has said so of the file. */
function follows({ logs }: Pods, pod: V1Pod, fluentd: string, file: string): boolean {
  return saysItFollows(logs.linesOfLife(statusOf(pod, fluentd)?.containerID), file);
}

async function assertHopeful({ prepared: { anatomy, parts: between }, pods, parts, stood }: ComingUp): Promise<void> {
  const containers = [anatomy.fluentd, anatomy.application, ...between.map(({ container }) => container)];
  const names = containers.map(({ name }) => name);
  for (const { staying, logs } of [pods, ...parts.pods]) {
    const found = hopelessIn(staying, names, stood);
    if (!found) continue;
    // The log is read beside the state: let its last words come in.
    await logs.drained(LAST_WORDS_WITHIN_MS, [found.pod], found.container);
    throw notComingUp(found, logs.linesOf(found.container));
  }
}
