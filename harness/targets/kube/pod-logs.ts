import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { pause } from '../../core/condition.ts';
import { withoutToken } from '../../core/session-token.ts';
import type { Cluster } from './cluster.ts';

/** One life of a container: after a restart it is another one, with an `id` of its own. */
export interface LogSource {
  id: string;
  pod: string;
  container: string;
}

/** Who is told of lines as they come, and of a container's log that was read to its end. */
export interface LogEars {
  line(source: LogSource, line: string): void;
  end(source: LogSource): void;
}

interface Following extends LogSource {
  lines: string[];
  /** Resolved when the container ended and its log was read to the end. */
  ended: Promise<void>;
  over: boolean;
  stop(): void;
}

/** What reading logs needs of a cluster. */
export type LogApi = Pick<Cluster, 'followLog' | 'readLog' | 'pods'>;

/** Before a stream that broke is opened again, ms. */
const AGAIN_MS = 200;

/**
 * Reads the log of every container of a set of pods from its first line to its last, restarts included. A stream that breaks is opened again
 * and the lines that are known are skipped.
 */
export class PodLogs {
  readonly #cluster: LogApi;
  readonly #namespace: string;
  readonly #ears: LogEars;
  /** By container id. */
  readonly #followed = new Map<string, Following>();

  constructor(cluster: LogApi, namespace: string, ears: LogEars) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#ears = ears;
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

  /** Every line so far of the containers of this name, in all pods and all their lives. */
  linesOf(container: string): string[] {
    return [...this.#followed.values()].filter((one) => one.container === container).flatMap(({ lines }) => lines);
  }

  /** Every line so far of one life of a container. */
  linesOfLife(id: string | undefined): readonly string[] {
    return (id && this.#followed.get(id)?.lines) || [];
  }

  /** Names and lines of every container seen. */
  all(): { pod: string; container: string; lines: string[] }[] {
    return [...this.#followed.values()];
  }

  /** Waits until the log of every container, or of those of the pods named and of this name, is read to its end; false when that takes longer. */
  async drained(withinMs: number, pods?: readonly string[], named?: string): Promise<boolean> {
    const wanted = [...this.#followed.values()].filter(
      ({ pod, container }) => (!pods || pods.includes(pod)) && (!named || container === named),
    );
    const all = Promise.all(wanted.map(({ ended }) => ended)).then(() => true);
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
    const ended = Promise.resolve();
    const following: Following = { pod, container, id, lines: [], ended, over: false, stop: () => {} };
    this.#followed.set(id, following);
    following.ended = this.#keepFollowing(following);
  }

  async #keepFollowing(following: Following): Promise<void> {
    while (!following.over) {
      let skip = following.lines.length;
      try {
        const stream = await this.#cluster.followLog(this.#namespace, following.pod, following.container, (line) => {
          if (skip-- > 0) return;
          following.lines.push(withoutToken(line));
          this.#ears.line(following, line);
        });
        following.stop = () => stream.stop();
        if (following.over) stream.stop();
        await stream.ended;
      } catch {
        // The API server cannot hand the log out (yet, or any more): the container's state decides.
      }
      if (following.over) return;
      if (!(await this.#stillRuns(following))) {
        await this.#readRest(following);
        this.#ears.end(following);
        return;
      }
      await pause(AGAIN_MS);
    }
  }

  /** An API server that does not answer has not said that the container ended. */
  async #stillRuns({ pod, id }: Following): Promise<boolean> {
    const all = await this.#statuses(pod).catch(() => undefined);
    return !all || all.some(({ containerID, state }) => containerID === id && state?.running);
  }

  /**
   * What an ended container printed after its stream had broken: while the API server was away, for instance. A log is asked for by the container's
   * name, so which life it was of is seen by looking again afterwards; a pod that is gone has none.
   */
  async #readRest(following: Following): Promise<void> {
    const { pod, container, id } = following;
    for (const previous of [false, true]) {
      const log = await this.#cluster.readLog(this.#namespace, pod, container, previous).catch(() => undefined);
      const ours = (await this.#statuses(pod).catch(() => [])).some((status) =>
        previous ? status.lastState?.terminated?.containerID === id : status.containerID === id,
      );
      if (log === undefined || !ours) continue;
      // What comes after the last newline is no line, as in a stream.
      for (const line of log.split('\n').slice(following.lines.length, -1)) {
        following.lines.push(withoutToken(line));
        this.#ears.line(following, line);
      }
      return;
    }
  }

  async #statuses(pod: string): Promise<V1ContainerStatus[]> {
    const pods = await this.#cluster.pods(this.#namespace, '');
    const { containerStatuses = [], initContainerStatuses = [] } =
      pods.find(({ metadata }) => metadata?.name === pod)?.status ?? {};
    return [...initContainerStatuses, ...containerStatuses];
  }
}
