import type { V1Pod } from '@kubernetes/client-node';
import { isReady } from './pod-state.ts';
import type { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';

/** Longest wait for pods to be gone, and for others to take their place, ms: two grace periods of 60 s and a start. */
const REPLACED_WITHIN_MS = 180_000;

/** What `kubectl delete pod --now` asks for, s. */
const NOW_SECONDS = 1;

/** Takes every pod away for good, with its grace period, by scaling to none. Returns once they are gone and their logs are read. */
export async function deletePods(pods: Pods, { deployments }: Prepared): Promise<string | undefined> {
  const names = namesOf(pods.now);
  const started = performance.now();
  for (const deployment of deployments) {
    deployment.spec!.replicas = 0;
    await pods.cluster.apply(deployment);
  }
  await pods.until(
    {
      name: `pod ${names.join(', ')} in ${pods.namespace} to be gone`,
      look: () => (pods.now.length === 0 ? { met: true, value: undefined } : { met: false, saw: pods.describe() }),
    },
    REPLACED_WITHIN_MS,
  );
  await pods.drainLogs(names);
  return `pod ${names.join(', ')} deleted with its grace period, gone after ${secondsSince(started)}s`;
}

/**
 * Deletes every pod with a second of grace and waits until others have taken their place: a pod that the Deployment had begun to take away would
 * keep the grace that it was given then.
 */
export async function deletePodsNow(pods: Pods, prepared: Prepared): Promise<string | undefined> {
  const old = pods.staying;
  if (old.length === 0) return undefined;
  const started = performance.now();
  for (const pod of old) await pods.cluster.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, NOW_SECONDS);
  return `pod ${namesOf(old).join(', ')} deleted with ${NOW_SECONDS}s of grace; ${await replaced(pods, prepared, old, started)}`;
}

/** Asks the Eviction API for every pod and waits until others are ready in their place. */
export async function evictPods(pods: Pods, prepared: Prepared): Promise<string | undefined> {
  const old = pods.staying;
  if (old.length === 0) return undefined;
  const started = performance.now();
  for (const { metadata } of old) {
    const { name, namespace } = metadata!;
    await pods.cluster.core.createNamespacedPodEviction({
      name: name!,
      namespace: namespace!,
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: name!, namespace: namespace! } },
    });
  }
  return `pod ${namesOf(old).join(', ')} evicted; ${await replaced(pods, prepared, old, started)}`;
}

/** Replaces every pod, as `kubectl rollout restart` does, and waits until the new ones are ready and the old ones gone. */
export async function restartRollout(pods: Pods, prepared: Pick<Prepared, 'deployments'>): Promise<string> {
  const old = pods.now;
  const started = performance.now();
  for (const deployment of prepared.deployments) {
    const { template } = deployment.spec!;
    const annotations = { 'efk-sidecar-harness/restarted': new Date().toISOString() };
    template.metadata = { ...template.metadata, annotations: { ...template.metadata?.annotations, ...annotations } };
    await pods.cluster.apply(deployment);
  }
  return `rollout restart; ${await replaced(pods, prepared, old, started)}`;
}

/** How many pods there shall be. */
export function wantedPods({ deployments }: Pick<Prepared, 'deployments'>): number {
  return deployments.reduce((sum, { spec }) => sum + (spec?.replicas ?? 1), 0);
}

async function replaced(
  pods: Pods,
  prepared: Pick<Prepared, 'deployments'>,
  old: readonly V1Pod[],
  started: number,
): Promise<string> {
  const gone = new Set(old.map(({ metadata }) => metadata!.uid));
  const fresh = await pods.until(
    {
      name: `other pods to be ready in place of ${namesOf(old).join(', ')}, and these to be gone`,
      look: () => {
        const others = pods.now.filter(({ metadata }) => !gone.has(metadata!.uid));
        const done =
          others.length === pods.now.length && others.length === wantedPods(prepared) && others.every(isReady);
        return done ? { met: true, value: others } : { met: false, saw: pods.describe() };
      },
    },
    REPLACED_WITHIN_MS,
  );
  await pods.drainLogs(namesOf(old));
  return `${namesOf(fresh).join(', ')} took its place within ${secondsSince(started)}s`;
}

function namesOf(pods: readonly V1Pod[]): string[] {
  return pods.map(({ metadata }) => metadata!.name!);
}

function secondsSince(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}
