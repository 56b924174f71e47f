import { ConditionTimeout, until } from '../core/condition.ts';

/** Longest wait for a fault to bite, ms: fluentd flushes every second and retries after 5 s at most. */
const BITES_WITHIN_MS = 20_000;

/** Waits until something that a fault does was counted, so that none is healed before it was seen; 0 when it never is. */
export async function evidence(name: string, count: () => Promise<number>, signal: AbortSignal): Promise<number> {
  const bite = {
    name,
    look: async () => {
      const seen = await count();
      return seen > 0 ? { met: true as const, value: seen } : { met: false as const, saw: 'nothing of the kind' };
    },
  };
  return until(bite, { withinMs: BITES_WITHIN_MS, signal }).catch((error: unknown) => {
    if (error instanceof ConditionTimeout) return 0;
    throw error;
  });
}
