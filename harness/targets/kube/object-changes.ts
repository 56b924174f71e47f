import type { V1ConfigMap, V1Secret } from '@kubernetes/client-node';
import { type Condition, ConditionTimeout } from '../../core/condition.ts';
import type { AccessKey } from '../../core/target.ts';
import { UsageError } from '../../core/trouble.ts';
import type { Prepared } from './prepare.ts';
import { secretsWith } from './secrets.ts';

/** Longest wait for fluentd to reload by itself, ms; after it the pods are replaced. */
const RELOAD_WITHIN_MS = 25_000;
/** After it the pods are touched again, ms: a kubelet that hears of the pod before it hears of the ConfigMap mounts the old one. */
export const TOUCH_AGAIN_MS = 5000;

/** How objects are changed under pods that stand. */
export interface Changer {
  put(object: V1ConfigMap | V1Secret): Promise<void>;
  /** Lets the pods see a changed ConfigMap at once; by itself the kubelet looks once a minute. */
  hurry(): Promise<void>;
  /** fluentd's log lines so far, oldest first. */
  fluentdLog(): readonly string[];
  until<T>(condition: Condition<T>, withinMs: number): Promise<T>;
  /** Replaces every pod, as `kubectl rollout restart` does; the words tell of it. */
  rollOut(): Promise<string>;
}

/** Changes td-agent.conf in the ConfigMap only; says whether fluentd reloaded it in place or a rollout restart was needed. */
export async function changeConfig(
  changer: Changer,
  { anatomy, conf }: Prepared,
  change: (conf: string) => string,
): Promise<string> {
  const { configMap, configKey, fluentd } = anatomy;
  const changed = change(conf);
  if (changed === conf) throw new UsageError('the change of td-agent.conf finds nothing to change in this pipeline');
  const seen = changer.fluentdLog().length;
  await changer.put({ ...configMap, data: { ...configMap.data, [configKey]: changed } });
  await changer.hurry();
  const words = `ConfigMap ${configMap.metadata!.name} changed`;
  if (await reloaded(changer, seen)) return `${words}: ${fluentd.name} reloaded it in place`;
  return `${words}; it came into force by a ${await changer.rollOut()}`;
}

/**
 * Puts another key pair into the Secrets that the pods read; a variable of a container changes only with the container, so the pods are replaced.
 * undefined: they read none.
 */
export async function changeSecret(changer: Changer, prepared: Prepared, key: AccessKey): Promise<string | undefined> {
  const secrets = secretsWith(prepared, key);
  if (secrets.length === 0) return undefined;
  for (const secret of secrets) await changer.put(secret);
  const names = secrets.map(({ metadata }) => metadata!.name).join(', ');
  return `Secret ${names} holds ${key.accessKeyId}; ${await changer.rollOut()}`;
}

async function reloaded(changer: Changer, seen: number): Promise<boolean> {
  let touched = performance.now();
  const look = async () => {
    if (performance.now() - touched > TOUCH_AGAIN_MS) {
      touched = performance.now();
      await changer.hurry();
    }
    const fresh = changer.fluentdLog().slice(seen);
    return fresh.some((line) => line.includes('configuration reloaded'))
      ? { met: true as const, value: true }
      : { met: false as const, saw: fresh.at(-1) ?? 'nothing new in its log' };
  };
  return changer.until({ name: 'fluentd to reload its configuration', look }, RELOAD_WITHIN_MS).catch((error) => {
    if (error instanceof ConditionTimeout) return false;
    throw error;
  });
}
