import { pause } from '../../core/condition.ts';
import { formatDuration } from '../../core/duration.ts';
import type { FargatePrice } from '../../core/fargate.ts';
import { podCost } from '../../core/fargate-bill.ts';
import type { LintedPodSpec } from '../../core/fargate-lint/objects.ts';
import { podSize } from '../../core/fargate-lint/pod-size.ts';
import { EnvironmentError } from '../../core/trouble.ts';

/** A pod as the meter sees it: when it was made, ms since the epoch. */
export interface MeteredPod {
  uid: string;
  since: number;
  spec: LintedPodSpec;
}

export interface Limits {
  minutes: number;
  dollars: number;
}

/** Between two readings, ms: a pod is billed for a minute at the least. */
const EVERY_MS = 5000;

/** Counts what a run's pods cost, and ends the run once it has taken longer, or more, than it may. */
export class Spending {
  readonly #pods = new Map<string, { cost: (ms: number) => number; since: number; seen: number }>();
  readonly #ending = new AbortController();
  readonly #stopping = new AbortController();
  readonly #startedAt: number;
  readonly #limits: Limits;
  readonly #prices: FargatePrice;
  #running: Promise<void> = Promise.resolve();

  constructor(limits: Limits, prices: FargatePrice, startedAt = Date.now()) {
    this.#limits = limits;
    this.#prices = prices;
    this.#startedAt = startedAt;
  }

  /** Aborted with an {@link EnvironmentError} that says which limit was reached. */
  get ended(): AbortSignal {
    return this.#ending.signal;
  }

  /** US dollars of Fargate so far. */
  get dollars(): number {
    return [...this.#pods.values()].reduce((sum, { cost, since, seen }) => sum + cost(seen - since), 0);
  }

  /** Reads the pods that there are now, again and again until stopped. A reading that fails is left out: time goes on all the same. */
  start(list: () => Promise<MeteredPod[]>): void {
    this.#running = (async () => {
      while (!this.#stopping.signal.aborted) {
        this.look(await list().catch(() => []));
        await pause(EVERY_MS, this.#stopping.signal).catch(() => {});
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** One reading. */
  look(pods: readonly MeteredPod[], now = Date.now()): void {
    for (const { uid, since, spec } of pods) {
      const known = this.#pods.get(uid);
      if (known) known.seen = now;
      else {
        const size = podSize(spec);
        if (size) this.#pods.set(uid, { cost: (ms) => podCost(size, ms, this.#prices), since, seen: now });
      }
    }
    const { minutes, dollars } = this.#limits;
    const passed = now - this.#startedAt;
    if (passed >= minutes * 60_000)
      this.#end(
        `the time limit of ${formatDuration(minutes * 60_000)} ended the run: raise budget.minutes, or run fewer scenarios (-t)`,
      );
    else if (this.dollars >= dollars)
      this.#end(
        `the spend limit of $${dollars.toFixed(2)} ended the run: raise budget.dollars, or run fewer scenarios (-t)`,
      );
  }

  #end(why: string): void {
    if (!this.ended.aborted) this.#ending.abort(new EnvironmentError(why));
  }
}
