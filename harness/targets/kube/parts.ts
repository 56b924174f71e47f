import type { BufferState, Role, Signal } from '../../core/target.ts';
import type { GaugedPart } from '../../telemetry/kube-gauges.ts';
import { bufferState } from './buffer-state.ts';
import type { Cluster } from './cluster.ts';
import { type SendSignal, signalContainer } from './container-faults.ts';
import { askMonitor } from './monitor-agent.ts';
import type { LogEars } from './pod-logs.ts';
import { restartRollout } from './pod-replacement.ts';
import { isReady } from './pod-state.ts';
import { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';
import { PART_LABEL } from './run-label.ts';
import { monitorPortOf } from './td-agent-conf.ts';
import { type Part, ROLE_LABEL, streamOf, textOf } from './topology.ts';

/** Longest wait for a part to be ready again after a signal, ms: back-off between restarts, and reading an append-only file. */
const READY_WITHIN_MS = 120_000;

interface Standing {
  part: Part;
  pods: Pods;
}

/** The pods between the sidecar and the domain, part by part; none in the topology `direct`. */
export class Parts {
  readonly #parts: readonly Standing[];

  constructor(
    cluster: Cluster,
    run: string,
    prepared: Prepared,
    ears: LogEars,
    signal: AbortSignal,
    slowness?: number,
  ) {
    const podsOf = ({ role }: Part) =>
      new Pods(
        cluster,
        prepared.anatomy.namespace,
        `${PART_LABEL}=${run},${ROLE_LABEL}=${role}`,
        ears,
        signal,
        slowness,
      );
    this.#parts = prepared.parts.map((part) => ({ part, pods: podsOf(part) }));
  }

  get pods(): Pods[] {
    return this.#parts.map(({ pods }) => pods);
  }

  start(): void {
    for (const pods of this.pods) pods.start();
  }

  /** Whether any of them is left. */
  stand(): boolean {
    return this.pods.some(({ now }) => now.length > 0);
  }

  /** Whether every pod of every part is there and ready. */
  ready(): boolean {
    return this.#parts.every(isStanding);
  }

  describe(): string {
    return this.pods.map((pods) => pods.describe()).join('; ');
  }

  /** Their containers, for telemetry. */
  gauged(): GaugedPart[] {
    const [redisStream] = this.#streams();
    return this.#parts.map(({ part: { role, container, config }, pods }) => ({
      part: role === 'queue' ? 'redis' : 'collector',
      container: container.name,
      pods: () => pods.now,
      files: role === 'queue' && redisStream ? { redisStream } : {},
      ...(config ? { monitorPort: monitorPortOf(textOf(config)) } : {}),
    }));
  }

  /** What each of their pods still holds. */
  async buffers(): Promise<BufferState[]> {
    const states = this.#parts.flatMap(({ part, pods }) =>
      pods.staying.map(({ metadata }) => this.#stateOf(part, pods, metadata!.name!)),
    );
    return Promise.all(states);
  }

  /** Sends a signal to the process of one pod of a part; the trace says how it ended, once the part is ready again, or that it stands still. */
  async signal(role: Role, signal: Signal, send: SendSignal): Promise<string | undefined> {
    const standing = this.#parts.find(({ part }) => part.role === role);
    if (!standing) return undefined;
    const { part, pods } = standing;
    const trace = await signalContainer(pods, send, part.container.name, signal);
    if (trace === undefined || signal === 'SIGSTOP') return trace;
    const look = () =>
      isStanding(standing)
        ? { met: true as const, value: `${trace}; ready again` }
        : { met: false as const, saw: pods.describe() };
    return pods.until({ name: `${part.container.name} to be ready after ${signal}`, look }, READY_WITHIN_MS);
  }

  /** Replaces the central collector's pods, as `kubectl rollout restart` does; undefined where there is none. */
  rollOutCollector(): Promise<string> | undefined {
    const standing = this.#parts.find(({ part }) => part.role === 'collector');
    return standing && restartRollout(standing.pods, { deployments: [standing.part.deployment] });
  }

  /** One that does not answer is taken for one that holds something: it may be on its way up again. */
  async #stateOf({ role, config, container: { name } }: Part, pods: Pods, pod: string): Promise<BufferState> {
    const silent = { empty: false, retrying: false, saw: `${name} does not answer` };
    if (role === 'queue') {
      const entries = await this.#entriesIn(pods, pod, name).catch(() => undefined);
      return entries === undefined ? silent : { ...silent, empty: entries === 0, saw: `${name}: ${entries} entries` };
    }
    const port = config && monitorPortOf(textOf(config));
    const plugins = port && (await askMonitor(pods, pod, port));
    if (!plugins) return silent;
    const state = bufferState(plugins, pods.logs.linesOf(name));
    return { ...state, saw: `${name}: ${state.saw}` };
  }

  /** Entries in the streams that collectors read: those that nobody has read, and those that are not acknowledged. */
  async #entriesIn({ cluster, namespace }: Pods, pod: string, container: string): Promise<number> {
    const lengths = await Promise.all(
      this.#streams().map((stream) =>
        cluster.exec(namespace, pod, container, ['redis-cli', '--raw', '-e', 'XLEN', stream]).then(Number),
      ),
    );
    return lengths.reduce((sum, length) => sum + length, 0);
  }

  /** Keys of the streams that collectors read. */
  #streams(): string[] {
    return this.#parts.flatMap(({ part: { config } }) => (config && streamOf(textOf(config))) ?? []);
  }
}

function isStanding({ part, pods }: Standing): boolean {
  return pods.staying.filter(isReady).length >= (part.deployment.spec!.replicas ?? 1);
}
