import type { KubernetesObject } from '@kubernetes/client-node';
import { type Condition, until } from '../../core/condition.ts';
import type { LedgerBook } from '../../core/ledger-book.ts';
import type { Gauges } from '../../core/reading.ts';
import type { PodSurvey } from '../../core/survey.ts';
import type { AccessKey, BufferState, Deployment, DomainControl, Role, Signal } from '../../core/target.ts';
import { endLoad, startLoad } from './application-load.ts';
import { eventLines, writeDeployment, writeLog } from './artifacts.ts';
import type { Cluster } from './cluster.ts';
import { exhaustMemory, type SendSignal, signalContainer } from './container-faults.ts';
import { gaugesOf } from './gauges.ts';
import { heldBy } from './held.ts';
import { LedgerReader } from './ledger-reader.ts';
import { askMonitor } from './monitor-agent.ts';
import { type Changer, changeConfig, changeSecret } from './object-changes.ts';
import { Parts } from './parts.ts';
import { deletePods, deletePodsNow, evictPods, restartRollout } from './pod-replacement.ts';
import { Pods } from './pods.ts';
import type { Prepared } from './prepare.ts';
import { untilReady } from './readiness.ts';
import { RUN_LABEL } from './run-label.ts';
import { surveyPods } from './survey-pods.ts';
import { takenDown } from './teardown.ts';

/** What a target must do itself, as it depends on the node. */
export interface NodeDoor {
  signal: SendSignal;
  /** So many times longer than on a node of one's own pods take; 1 unless told. */
  slowness?: number;
  /**
   * Whether names are resolved in the cluster by now: a cluster is ready before its DNS is, and a resolver that was not answered at once waits for up
   * to 75 s (Ruby's, with its own time-outs).
   */
  resolves?(): Promise<boolean>;
  /** Kills the edge of the deployment's lane and starts it again: {@link Deployment.killEdge}. */
  killEdge(whileAway: () => Promise<void>): Promise<string | undefined>;
  /** Called once nothing of the deployment is left. */
  closed(): void | Promise<void>;
  /** Called instead where something of it stays, `why` in words. It goes on being removed as `gone` is looked at. */
  late(gone: Condition<void>, why: string): void;
}

/** Longest wait for the pods of a deployment to be gone, ms. */
const GONE_WITHIN_MS = 60_000;

/** A pipeline on a Kubernetes cluster. */
export class KubeDeployment implements Deployment {
  readonly run: string;
  readonly domain: DomainControl | undefined;
  readonly #cluster: Cluster;
  readonly #door: NodeDoor;
  readonly #prepared: Prepared;
  readonly #ledger: LedgerReader;
  readonly #pods: Pods;
  readonly #parts: Parts;
  readonly #signal: AbortSignal;
  /** Whether it was ready once: from then on a container that ended is a fault's work. */
  #stood = false;

  constructor(
    run: string,
    cluster: Cluster,
    door: NodeDoor,
    prepared: Prepared,
    domain: DomainControl | undefined,
    signal: AbortSignal,
  ) {
    const { application, namespace } = prepared.anatomy;
    this.run = run;
    this.domain = domain;
    this.#cluster = cluster;
    this.#door = door;
    this.#prepared = prepared;
    this.#signal = signal;
    this.#ledger = new LedgerReader(application.name);
    this.#pods = new Pods(cluster, namespace, `${RUN_LABEL}=${run}`, this.#ledger, signal, door.slowness);
    this.#parts = new Parts(cluster, run, prepared, this.#ledger, signal, door.slowness);
  }

  get book(): LedgerBook {
    return this.#ledger.book;
  }

  /** Applies every object, the namespace first and the Deployments last. Where that fails, what came of it is taken down again. */
  async apply(extra: readonly KubernetesObject[]): Promise<void> {
    try {
      await this.#applyAll(extra);
    } catch (error) {
      await this.close().catch(() => {});
      throw error;
    }
  }

  async #applyAll(extra: readonly KubernetesObject[]): Promise<void> {
    const { objects, deployments } = this.#prepared;
    const [namespace, ...rest] = objects.filter((object) => !deployments.includes(object));
    await this.#cluster.apply(namespace!);
    await Promise.all([...extra, ...rest].map((object) => this.#cluster.apply(object)));
    await Promise.all(deployments.map((object) => this.#cluster.apply(object)));
    this.#pods.start();
    this.#parts.start();
  }

  get flushIntervalMs(): number {
    return this.#prepared.flushIntervalMs;
  }

  get manifests(): readonly KubernetesObject[] {
    return this.#prepared.asked;
  }

  fluentdLog(): readonly string[] {
    return this.#pods.logs.linesOf(this.#prepared.anatomy.fluentd.name);
  }

  async ready({ followed, withinMs = 120_000 }: { followed: boolean; withinMs?: number }): Promise<void> {
    const resolves = async () => (await this.#door.resolves?.()) ?? true;
    const coming = { prepared: this.#prepared, pods: this.#pods, parts: this.#parts, resolves, stood: this.#stood };
    await untilReady(coming, followed, withinMs);
    this.#stood = true;
  }

  startLoad(): Promise<void> {
    return startLoad(this.#pods, this.#prepared.anatomy.application.name, this.#ledger);
  }

  endLoad(): Promise<void> {
    return endLoad(this.#pods, this.#prepared.anatomy.application.name);
  }

  gauges(): Gauges {
    return gaugesOf(this.#pods, this.#parts, this.#prepared);
  }

  buffer(): Promise<BufferState> {
    return heldBy(this.#pods, this.#parts, this.#prepared);
  }

  signalFluentd(signal: Signal): Promise<string | undefined> {
    return signalContainer(this.#pods, this.#door.signal, this.#prepared.anatomy.fluentd.name, signal);
  }

  signalPart(role: Role, signal: Signal): Promise<string | undefined> {
    return this.#parts.signal(role, signal, this.#door.signal);
  }

  killEdge(whileAway: () => Promise<void>): Promise<string | undefined> {
    return this.#door.killEdge(whileAway);
  }

  signalEmitter(signal: Signal): Promise<string | undefined> {
    return signalContainer(this.#pods, this.#door.signal, this.#prepared.anatomy.application.name, signal);
  }

  exhaustMemory(): Promise<string | undefined> {
    return exhaustMemory(this.#pods, this.#prepared.anatomy.fluentd.name);
  }

  deletePod(how: 'with grace' | 'now' = 'with grace'): Promise<string | undefined> {
    return how === 'now' ? deletePodsNow(this.#pods, this.#prepared) : deletePods(this.#pods, this.#prepared);
  }

  evictPod(): Promise<string | undefined> {
    return evictPods(this.#pods, this.#prepared);
  }

  changeSecret(key: AccessKey): Promise<string | undefined> {
    const rollOut = () => this.#parts.rollOutCollector() ?? restartRollout(this.#pods, this.#prepared);
    return changeSecret({ ...this.#changer, rollOut }, this.#prepared, key);
  }

  changeConfig(change: (conf: string) => string): Promise<string | undefined> {
    return changeConfig(this.#changer, this.#prepared, change);
  }

  stands(): boolean {
    return this.#pods.now.length > 0 || this.#parts.stand();
  }

  assertAlive(): void {
    this.#signal.throwIfAborted();
  }

  survey(): Promise<PodSurvey[]> {
    const { cluster, namespace, logs, now } = this.#pods;
    return surveyPods({
      run: this.run,
      prepared: this.#prepared,
      pods: now,
      logs: logs.all(),
      exec: (pod, container, script) => cluster.exec(namespace, pod, container, ['sh', '-c', script]),
      askMonitor: (pod, port) => askMonitor(this.#pods, pod, port),
    });
  }

  async collect(folder: string): Promise<void> {
    const logs = this.#all.flatMap((pods) => pods.logs.all());
    writeDeployment(folder, this.#prepared, logs);
    writeLog(folder, 'events', await eventLines(this.#pods, new Set(this.#all.flatMap(({ names }) => names))));
  }

  async letGo(): Promise<void> {
    await Promise.all(this.#all.map((pods) => pods.stop()));
  }

  async close(): Promise<void> {
    await this.letGo();
    const gone = takenDown(this.#cluster, {
      run: this.run,
      namespace: this.#pods.namespace,
      objects: this.#prepared.objects,
      pods: async () => (await Promise.all(this.#all.map((pods) => pods.list()))).flat(),
    });
    try {
      await until(gone, { withinMs: GONE_WITHIN_MS * (this.#door.slowness ?? 1), everyMs: 300 });
    } catch (error) {
      this.#door.late(gone, (error as Error).message);
      throw error;
    }
    await this.#door.closed();
  }

  /** The application's pods, then those of each part. */
  get #all(): Pods[] {
    return [this.#pods, ...this.#parts.pods];
  }

  get #changer(): Changer {
    const pods = this.#pods;
    return {
      put: (object) => this.#cluster.apply(object),
      // The kubelet looks at a ConfigMap again when the pod changes.
      hurry: () => pods.annotate('efk-sidecar-harness/touched'),
      fluentdLog: () => this.fluentdLog(),
      until: (condition, withinMs) => pods.until(condition, withinMs),
      rollOut: () => restartRollout(pods, this.#prepared),
    };
  }
}
