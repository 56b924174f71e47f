import type { V1Pod } from '@kubernetes/client-node';

/** A warning among the events of a namespace. `object`: `Pod/testdeployment-7c`; `at`: ms since the epoch, the last time. */
export interface Warning {
  object: string;
  reason: string;
  message: string;
  at: number;
}

/** Between two looks at the events, ms. */
const EVERY_MS = 5000;

/**
 * What is said of pods that do not come, and in events alone: why Fargate's scheduler does not take a pod (it need not set a condition, as the cluster's own
 * does), and why no pod is made, as by a quota or a webhook.
 */
export class SchedulerWords {
  readonly #ask: () => Promise<readonly Warning[]>;
  readonly #now: () => number;
  readonly #startedAt: number;
  #askedAt: number;
  #warnings: readonly Warning[] = [];

  constructor(ask: () => Promise<readonly Warning[]>, now: () => number = Date.now) {
    this.#ask = ask;
    this.#now = now;
    this.#startedAt = now();
    this.#askedAt = now();
  }

  /** These pods, with the scheduler's words as the condition of those that wait for it. Asks now and then, and only while there is something to ask for. */
  async into(pods: readonly V1Pod[]): Promise<V1Pod[]> {
    if ((pods.length === 0 || pods.some(waitsUntold)) && this.#now() - this.#askedAt >= EVERY_MS) {
      this.#askedAt = this.#now();
      try {
        this.#warnings = await this.#ask();
      } catch {
        // No more than a help: what the pods themselves tell is still there.
      }
    }
    return pods.map((pod) => (waitsUntold(pod) ? withWords(pod, this.#last('FailedScheduling', pod)) : pod));
  }

  /** Why there is no pod at all, by the last word of whoever should make it; undefined: nothing is said. */
  get noPod(): string | undefined {
    return this.#last('FailedCreate');
  }

  #last(why: string, pod?: V1Pod): string | undefined {
    return (
      this.#warnings
        .filter(({ reason }) => reason === why)
        // Of a pod's name there is one; of a namespace there may have been runs before.
        .filter(({ object, at }) => (pod ? object === `Pod/${pod.metadata?.name}` : at >= this.#startedAt))
        .sort((a, b) => b.at - a.at)[0]?.message
    );
  }
}

function waitsUntold({ spec, status }: V1Pod): boolean {
  const told = status?.conditions?.some(({ type, message }) => type === 'PodScheduled' && message);
  return status?.phase === 'Pending' && !spec?.nodeName && !told;
}

function withWords(pod: V1Pod, message: string | undefined): V1Pod {
  if (!message) return pod;
  const others = pod.status?.conditions?.filter(({ type }) => type !== 'PodScheduled') ?? [];
  const conditions = [...others, { type: 'PodScheduled', status: 'False', message }];
  return { ...pod, status: { ...pod.status, conditions } };
}
