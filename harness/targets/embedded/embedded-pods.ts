import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { V1Container, V1Deployment } from '@kubernetes/client-node';
import { type Condition, until } from '../../core/condition.ts';
import type { LogEars } from '../kube/pod-logs.ts';
import { describePod } from '../kube/pod-state.ts';
import type { Prepared } from '../kube/prepare.ts';
import { ApiObjects } from './api-objects.ts';
import type { Image } from './image.ts';
import { Pod } from './pod.ts';

/** What pods need of their target. */
export interface PodMaker {
  /** Where pods reach the domain, and who takes their connections. */
  endpoint: { host: string; port: number; take: (socket: Socket) => void };
  imageOf: (container: V1Container) => Image;
  folderOf: (pod: string) => string;
  path: string;
  ruby: string;
  signal: AbortSignal;
}

/** What one life of a container said. */
export interface LifeLog {
  id: string;
  pod: string;
  container: string;
  lines: string[];
}

/** Longest wait for pods to be ready in the place of others, ms. */
const REPLACED_WITHIN_MS = 60_000;

/** The pods of one deployment, and all that their containers say: what an API server, its controllers and the kubelet do together. */
export class EmbeddedPods {
  readonly objects: ApiObjects;
  /** Those that nobody has deleted. */
  staying: readonly Pod[] = [];
  readonly #prepared: Prepared;
  readonly #maker: PodMaker;
  readonly #ears: LogEars;
  readonly #all: Pod[] = [];
  readonly #logs = new Map<string, LifeLog>();
  #failure: unknown;

  constructor(prepared: Prepared, maker: PodMaker, ears: LogEars) {
    this.#prepared = prepared;
    this.#maker = maker;
    this.#ears = ears;
    this.objects = new ApiObjects(prepared.objects);
  }

  /** Starts every pod; returns at once, as an API server does. */
  start(): void {
    const { deployments } = this.#prepared;
    this.staying = deployments.flatMap((deployment) =>
      Array.from({ length: deployment.spec!.replicas ?? 1 }, () => this.#startPod(deployment)),
    );
  }

  /** Every pod that was, oldest first. */
  get all(): readonly Pod[] {
    return this.#all;
  }

  /** Why a pod could not be started, or undefined. */
  get failure(): unknown {
    return this.#failure;
  }

  get logs(): readonly LifeLog[] {
    return [...this.#logs.values()];
  }

  /** Every line of a container so far, of all pods and lives. */
  linesOf(container: string): string[] {
    return this.logs.filter((log) => log.container === container).flatMap(({ lines }) => lines);
  }

  /** Lines of one life. */
  linesOfLife(id: string | undefined): readonly string[] {
    return this.#logs.get(id ?? '')?.lines ?? [];
  }

  describe(): string {
    return this.staying.map((pod) => describePod(pod.asObject)).join('; ') || 'no pod';
  }

  until<T>(condition: Condition<T>, withinMs: number, everyMs = 20): Promise<T> {
    return until(condition, { withinMs, everyMs, signal: this.#maker.signal });
  }

  /** Takes every pod away for good. Returns their names once they are gone and their logs are read. */
  async remove(how: 'with grace' | 'now'): Promise<string> {
    const old = this.staying;
    await Promise.all(old.map((pod) => pod.stop(how)));
    this.staying = [];
    return namesOf(old);
  }

  /** Replaces every pod, as a rollout does: others first, and once these are ready the old ones go. The words tell of it. */
  async rollOut(): Promise<string> {
    const old = this.staying;
    const started = performance.now();
    this.start();
    await this.until(
      {
        name: `other pods to be ready in place of ${namesOf(old)}`,
        look: () => {
          if (this.#failure) throw this.#failure;
          return this.staying.every(({ ready }) => ready)
            ? { met: true, value: undefined }
            : { met: false, saw: this.describe() };
        },
      },
      REPLACED_WITHIN_MS,
    );
    await Promise.all(old.map((pod) => pod.stop('with grace')));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return `rollout restart; ${namesOf(this.staying)} took the place of ${namesOf(old)} within ${seconds}s`;
  }

  /** Kills all of them. */
  async kill(): Promise<void> {
    await Promise.all(this.#all.map((pod) => pod.kill()));
    this.staying = [];
  }

  #startPod(deployment: V1Deployment): Pod {
    const { endpoint, imageOf, folderOf, path, ruby } = this.#maker;
    const name = `${deployment.metadata!.name}-${randomBytes(3).toString('hex')}`;
    const pod = new Pod({
      name,
      namespace: this.#prepared.anatomy.namespace,
      spec: deployment.spec!.template.spec!,
      objects: this.objects,
      imageOf,
      folder: folderOf(name),
      path,
      ruby,
      domain: endpoint,
      ears: {
        line: (source, line) => {
          const log = this.#logs.get(source.id) ?? { ...source, lines: [] };
          this.#logs.set(source.id, log);
          log.lines.push(line);
          this.#ears.line(source, line);
        },
        end: (source) => this.#ears.end(source),
      },
    });
    this.#all.push(pod);
    pod.start().catch((error) => {
      if (!pod.terminating) this.#failure = error;
    });
    return pod;
  }
}

function namesOf(pods: readonly Pod[]): string {
  return pods.map(({ name }) => name).join(', ');
}
