import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from './cluster.ts';

interface Following {
  pod: string;
  container: string;
  lines: string[];
  /** Resolved when the container ended and its log was read to the end. */
  ended: Promise<void>;
  over: boolean;
  stop(): void;
}

/**
 * Reads the log of every container of a set of pods from its first line to its last, restarts included. A stream that breaks is opened again
 * and the lines that are known are skipped.
 */
export class PodLogs {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #onLine: (container: string, line: string) => void;
  /** By container id: a restarted container is another one. */
  readonly #followed = new Map<string, Following>();

  constructor(cluster: Cluster, namespace: string, onLine: (container: string, line: string) => void) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#onLine = onLine;
  }

  /** Starts following what is new in these pods. */
  see(pods: readonly V1Pod[]): void {
    for (const pod of pods) {
      const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
      for (const { containerID, name, state } of [...initContainerStatuses, ...containerStatuses]) {
        if (!containerID || (!state?.running && !state?.terminated)) continue;
        if (!this.#followed.has(containerID)) this.#follow(pod.metadata!.name!, name, containerID);
      }
    }
  }

  /** Every line of a container so far, of all its lives. */
  linesOf(container: string): string[] {
    return [...this.#followed.values()].filter((one) => one.container === container).flatMap(({ lines }) => lines);
  }

  /** Names and lines of every container seen. */
  all(): { pod: string; container: string; lines: string[] }[] {
    return [...this.#followed.values()];
  }

  /** Waits until the log of every container is read to its end; for pods that are gone. */
  async drained(withinMs: number): Promise<boolean> {
    const all = Promise.all([...this.#followed.values()].map(({ ended }) => ended)).then(() => true);
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer = AbortSignal.timeout(withinMs);
    timer.addEventListener('abort', () => resolve(false));
    return Promise.race([all, late]);
  }

  stop(): void {
    for (const one of this.#followed.values()) {
      one.over = true;
      one.stop();
    }
  }

  #follow(pod: string, container: string, id: string): void {
    const following: Following = { pod, container, lines: [], ended: Promise.resolve(), over: false, stop: () => {} };
    this.#followed.set(id, following);
    following.ended = this.#keepFollowing(following, id);
  }

  async #keepFollowing(following: Following, id: string): Promise<void> {
    while (!following.over) {
      let skip = following.lines.length;
      try {
        const stream = await this.#cluster.followLog(this.#namespace, following.pod, following.container, (line) => {
          if (skip-- > 0) return;
          following.lines.push(line);
          this.#onLine(following.container, line);
        });
        following.stop = () => stream.stop();
        if (following.over) stream.stop();
        await stream.ended;
      } catch {
        // The API server cannot hand the log out (yet, or any more): the container's state decides.
      }
      if (!(await this.#stillRuns(following, id))) return;
    }
  }

  async #stillRuns({ pod }: Following, id: string): Promise<boolean> {
    const [found] = await this.#cluster.pods(this.#namespace, '').then(
      (pods) => pods.filter(({ metadata }) => metadata?.name === pod),
      () => [],
    );
    const { containerStatuses = [], initContainerStatuses = [] } = found?.status ?? {};
    return [...initContainerStatuses, ...containerStatuses].some(
      ({ containerID, state }) => containerID === id && state?.running,
    );
  }
}
