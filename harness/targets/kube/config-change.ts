import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node';
import { ConditionTimeout } from '../../core/condition.ts';
import { UsageError } from '../../core/trouble.ts';
import { restartRollout } from './pod-replacement.ts';
import type { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';

/** Longest wait for fluentd to reload by itself, ms; after it the pods are replaced. */
const RELOAD_WITHIN_MS = 25_000;

/** Changes td-agent.conf in the ConfigMap only; says whether fluentd reloaded it in place or a rollout restart was needed. */
export async function changeConfig(
  pods: Pods,
  prepared: Prepared,
  change: (conf: string) => string,
): Promise<string | undefined> {
  const { anatomy, conf } = prepared;
  const { configMap, configKey, fluentd } = anatomy;
  const changed = change(conf);
  if (changed === conf) throw new UsageError('the change of td-agent.conf finds nothing to change in this pipeline');
  const seen = pods.logs.linesOf(fluentd.name).length;
  const map: V1ConfigMap = { ...configMap, data: { ...configMap.data, [configKey]: changed } };
  await pods.cluster.apply(map);
  // The kubelet looks at a ConfigMap again when the pod changes; an annotation spares the wait for its next sync.
  for (const pod of pods.staying) await touch(pods, pod);
  const name = configMap.metadata!.name;
  if (await reloaded(pods, fluentd.name, seen))
    return `ConfigMap ${name} changed: ${fluentd.name} reloaded it in place`;
  return `ConfigMap ${name} changed; it came into force by a ${await restartRollout(pods, prepared)}`;
}

async function touch({ cluster }: Pods, { metadata }: V1Pod): Promise<void> {
  const annotations = { 'efk-sidecar-harness/touched': new Date().toISOString() };
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: metadata!.name!, namespace: metadata!.namespace!, annotations },
  });
}

async function reloaded(pods: Pods, fluentd: string, seen: number): Promise<boolean> {
  const look = () => {
    const fresh = pods.logs.linesOf(fluentd).slice(seen);
    return fresh.some((line) => line.includes('configuration reloaded'))
      ? { met: true as const, value: true }
      : { met: false as const, saw: fresh.at(-1) ?? 'nothing new in its log' };
  };
  return pods.until({ name: 'fluentd to reload its configuration', look }, RELOAD_WITHIN_MS).catch((error) => {
    if (error instanceof ConditionTimeout) return false;
    throw error;
  });
}
