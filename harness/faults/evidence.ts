import { ConditionTimeout, type Observation, until } from '../core/condition.ts';

/** Longest wait for a fault to bite, ms: fluentd flushes every second and retries after 5 s at most. */
const BITES_WITHIN_MS = 20_000;

/** Waits until a fault is seen to bite, so that none is healed before; undefined when it never is. */
export async function seen<T>(
  name: string,
  look: () => Observation<T> | Promise<Observation<T>>,
  signal: AbortSignal,
): Promise<T | undefined> {
  return until({ name, look }, { withinMs: BITES_WITHIN_MS, signal }).catch((error: unknown) => {
    if (error instanceof ConditionTimeout) return undefined;
    throw error;
  });
}

/** {@link seen} for something that a fault does and that is counted; 0 when it never is. */
export async function evidence(name: string, count: () => Promise<number>, signal: AbortSignal): Promise<number> {
  const look = async () => {
    const counted = await count();
    return counted > 0 ? { met: true as const, value: counted } : { met: false as const, saw: 'nothing of the kind' };
  };
  return (await seen(name, look, signal)) ?? 0;
}
