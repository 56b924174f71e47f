import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Gauges, PartName, PartReading } from '../core/reading.ts';
import { ContainerGauge, type ExecStream } from './container-gauge.ts';
import { type GaugeFiles, gaugeScript } from './gauge-script.ts';
import { parseMonitor } from './monitor.ts';

/** The containers of one part. */
export interface GaugedPart {
  part: PartName;
  /** The container's name in each of the pods. */
  container: string;
  /** Those that are there now. */
  pods(): readonly V1Pod[];
  files: GaugeFiles;
  /** Port of monitor_agent, where it has one. */
  monitorPort?: number | undefined;
}

/** What reading containers needs of a cluster; the namespace is known. */
export interface GaugeDoor {
  execStream(pod: string, container: string, command: string[], onLine: (line: string) => void): Promise<ExecStream>;
  askMonitor(pod: string, port: number): Promise<string | undefined>;
}

/** A container that does not answer so many streams is let alone: each costs the node a process. */
const MOST_TRIES = 3;

interface Life {
  part: GaugedPart;
  pod: string;
  id: string;
}

/** Reads the containers of pods over the API server alone: one stream for each life of a container, and monitor_agent. */
export class KubeGauges implements Gauges {
  readonly #door: GaugeDoor;
  readonly #parts: readonly GaugedPart[];
  /** By the container's id. */
  readonly #gauges = new Map<string, ContainerGauge>();
  /** Streams of a container that ended without an answer. */
  readonly #mute = new Map<string, number>();

  constructor(door: GaugeDoor, parts: readonly GaugedPart[]) {
    this.#door = door;
    this.#parts = parts;
  }

  async read(withinMs: number): Promise<{ readings: PartReading[]; silent: ReadonlySet<PartName> }> {
    const lives = this.#lives();
    this.#forget(new Set(lives.map(({ id }) => id)));
    const silent = new Set<PartName>();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    try {
      const readings = await Promise.all(lives.map((life) => this.#readLife(life, late, silent)));
      return { readings: readings.filter((one) => one !== undefined), silent };
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#gauges.values()].map((gauge) => gauge.stop()));
    this.#gauges.clear();
  }

  async #readLife(
    { part: { part, monitorPort }, pod, id }: Life,
    late: Promise<void>,
    silent: Set<PartName>,
  ): Promise<PartReading | undefined> {
    const gauge = this.#gauges.get(id)!;
    const monitor = monitorPort === undefined ? undefined : this.#door.askMonitor(pod, monitorPort);
    const [answered, plugins] = await Promise.all([gauge.read(late), Promise.race([monitor, late])]);
    if (!answered) silent.add(part);
    if (gauge.at === 0) return undefined;
    return { part, source: id, ...gauge.reading(), ...(plugins ? parseMonitor(plugins) : {}) };
  }

  /** Every container that runs, each with a stream; one that broke is opened anew. */
  #lives(): Life[] {
    return this.#parts.flatMap((part) =>
      part.pods().flatMap((pod) => {
        const status = statuses(pod).find(({ name }) => name === part.container);
        const id = status?.state?.running && status.containerID;
        if (!id) return [];
        const name = pod.metadata!.name!;
        const known = this.#gauges.get(id);
        if (known?.mute) this.#mute.set(id, (this.#mute.get(id) ?? 0) + 1);
        if (!known || (known.over && (this.#mute.get(id) ?? 0) < MOST_TRIES)) {
          const command = ['sh', '-c', gaugeScript(part.files)];
          this.#gauges.set(
            id,
            new ContainerGauge((onLine) => this.#door.execStream(name, part.container, command, onLine)),
          );
        }
        return [{ part, pod: name, id }];
      }),
    );
  }

  #forget(running: ReadonlySet<string>): void {
    for (const [id, gauge] of this.#gauges) {
      if (running.has(id)) continue;
      this.#gauges.delete(id);
      gauge.stop().catch(() => {});
    }
  }
}

function statuses({ status }: V1Pod): V1ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}
