import type { V1ConfigMap } from '@kubernetes/client-node';
import { until } from '../core/condition.ts';
import { UsageError } from '../core/trouble.ts';
import { DOMAIN } from '../targets/kube/local-domain.ts';
import { TOUCH_AGAIN_MS } from '../targets/kube/object-changes.ts';
import { describePod, isReady } from '../targets/kube/pod-state.ts';
import { withEndpoint } from '../targets/kube/td-agent-conf.ts';
import { dryRun, reloadsItself } from './dry-run.ts';
import { DEPLOYMENT, type K3sPod, NAMESPACE } from './k3s-pod.ts';
import { awaitOutcome } from './reload.ts';
import type { Applied, DevStack } from './stack.ts';

/** In fluentd/kustomization.yaml. */
const MAP = { namespace: NAMESPACE, name: 'fluentd-config' };
const KEY = 'td-agent.conf';

/** Longest wait for another pod in a rollout, ms: two grace periods and a start. */
const ROLLOUT_WITHIN_MS = 180_000;

/**
 * Puts a configuration into the ConfigMap, and the old one back where fluentd refuses it: a pod that starts anew would not come up with it. One that
 * reloads itself, before and after, does so in place; otherwise it is checked first, and comes into force by a rollout.
 */
export async function applyOnK3s(
  pod: K3sPod,
  stack: Pick<DevStack, 'exec' | 'configFile'>,
  conf: string,
): Promise<Applied> {
  const { configFile } = stack;
  let changed: string;
  try {
    changed = withEndpoint(conf, DOMAIN);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { applied: false, error: error.message, file: configFile };
  }
  const before = (await pod.cluster.core.readNamespacedConfigMap(MAP)).data![KEY]!;
  if (before === changed) return { applied: true, how: 'is again what runs' };
  if (!reloadsItself(before) || !reloadsItself(changed)) {
    const refused = await dryRun(stack, conf);
    return refused ?? rollOut(pod, changed);
  }
  const change = async () => {
    await put(pod, changed);
    await hurry(pod);
  };
  const touching = setInterval(() => void hurry(pod).catch(() => {}), TOUCH_AGAIN_MS);
  const applied = await awaitOutcome(
    (onLine, signal) => pod.log('fluentd', { tail: 0, follow: true, signal, opened: change }, onLine),
    changed,
    configFile,
    () => changed,
  ).finally(() => clearInterval(touching));
  if (!applied.applied) {
    await put(pod, before);
    await hurry(pod);
  }
  return applied;
}

async function put({ cluster }: K3sPod, conf: string): Promise<void> {
  const { metadata } = await cluster.core.readNamespacedConfigMap(MAP);
  // All that is ours, as what an apply does not name is taken away.
  const own = { ...MAP, ...(metadata?.labels ? { labels: metadata.labels } : {}) };
  const map: V1ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: own, data: { [KEY]: conf } };
  await cluster.apply(map);
}

/** The kubelet looks at a ConfigMap again when the pod changes; by itself once a minute. */
async function hurry(pod: K3sPod): Promise<void> {
  const annotations = { 'efk-sidecar-harness/touched': new Date().toISOString() };
  const metadata = { name: await pod.name(), namespace: NAMESPACE, annotations };
  await pod.cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata });
}

async function rollOut(pod: K3sPod, conf: string): Promise<Applied> {
  await put(pod, conf);
  const old = await pod.name();
  const named = { namespace: NAMESPACE, name: DEPLOYMENT };
  const { template } = (await pod.cluster.apps.readNamespacedDeployment(named)).spec!;
  const value = { ...template.metadata?.annotations, 'efk-sidecar-harness/restarted': new Date().toISOString() };
  const body = [{ op: 'add', path: '/spec/template/metadata/annotations', value }];
  await pod.cluster.apps.patchNamespacedDeployment({ ...named, body });
  await until(
    {
      name: `another pod to be ready in place of ${old}`,
      look: async () => {
        const pods = await pod.all();
        const fresh = pods.find((one) => one.metadata?.name !== old && isReady(one));
        if (fresh) return { met: true, value: undefined };
        return { met: false, saw: pods.map(describePod).join('; ') || 'no pod' };
      },
    },
    { withinMs: ROLLOUT_WITHIN_MS },
  );
  return { applied: true, how: 'came into force by a rollout restart' };
}
