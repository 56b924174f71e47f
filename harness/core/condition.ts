/** One look at something that is waited for. */
export type Observation<T> = { met: true; value: T } | { met: false; saw: string };

/** A named thing that is waited for; `look` is called again and again. What it throws ends the wait at once. */
export interface Condition<T> {
  /** Completes "still waiting for …". */
  name: string;
  look: () => Observation<T> | Promise<Observation<T>>;
}

export interface WaitOptions {
  /** Longest wait, ms. */
  withinMs: number;
  /** Between two looks, ms. */
  everyMs?: number;
  signal?: AbortSignal;
  /** Called with what each failed look saw. */
  onLook?: (saw: string) => void;
}

/** A condition did not come true in time. */
export class ConditionTimeout extends Error {
  readonly condition: string;
  readonly saw: string;

  constructor(condition: string, withinMs: number, looks: number, saw: string) {
    super(`still waiting for ${condition} after ${Math.round(withinMs / 1000)}s (${looks} looks); last saw: ${saw}`);
    this.name = 'ConditionTimeout';
    this.condition = condition;
    this.saw = saw;
  }
}

/** Waits until a condition holds and returns its value; throws {@link ConditionTimeout}, or the signal's reason. */
export async function until<T>(condition: Condition<T>, options: WaitOptions): Promise<T> {
  const { withinMs, everyMs = 100, signal } = options;
  const deadline = performance.now() + withinMs;
  for (let looks = 1; ; looks++) {
    signal?.throwIfAborted();
    const seen = await condition.look();
    if (seen.met) return seen.value;
    options.onLook?.(seen.saw);
    if (performance.now() >= deadline) throw new ConditionTimeout(condition.name, withinMs, looks, seen.saw);
    await pause(everyMs, signal);
  }
}

/** Lets time pass; for conditions and for points on a timeline, nothing else. Rejects with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    function done() {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }
    function aborted() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    if (signal?.aborted) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });
}
