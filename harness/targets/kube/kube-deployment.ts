import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import { until } from '../../core/condition.ts';
import type { LedgerBook } from '../../core/ledger-book.ts';
import type { Gauges } from '../../core/reading.ts';
import type { PodSurvey } from '../../core/survey.ts';
import type { AccessKey, BufferState, Deployment, DomainControl, Role, Signal } from '../../core/target.ts';
import { KubeGauges } from '../../telemetry/kube-gauges.ts';
import { eventLines, writeDeployment, writeLog } from './artifacts.ts';
import { bufferState, together } from './buffer-state.ts';
import type { Cluster } from './cluster.ts';
import { exhaustMemory, type SendSignal, signalContainer } from './container-faults.ts';
import { LedgerReader } from './ledger-reader.ts';
import { type Changer, changeConfig, changeSecret } from './object-changes.ts';
import { Parts } from './parts.ts';
import { deletePods, deletePodsNow, evictPods, restartRollout, wantedPods } from './pod-replacement.ts';
import { describePod, hopelessIn, notComingUp, saysItFollows, statusOf } from './pod-state.ts';
import { Pods } from './pods.ts';
import { type Prepared, RUN_LABEL } from './prepare.ts';
import { surveyPlanOf } from './survey-plan.ts';
import { surveyPods } from './survey-pods.ts';

/** What a target must do itself, as it depends on the node. */
export interface NodeDoor {
  signal: SendSignal;
  /**
   * Whether names are resolved in the cluster by now: a cluster is ready before its DNS is, and a resolver that was not answered at once waits for up
   * to 75 s (Ruby's, with its own time-outs).
   */
  resolves?(): Promise<boolean>;
  /** Kills the edge of the deployment's lane and starts it again: {@link Deployment.killEdge}. */
  killEdge(whileAway: () => Promise<void>): Promise<string | undefined>;
  /** Called once nothing of the deployment is left. */
  closed(): void;
}

/** A first process takes no notice of a signal before it listens to it: one that has only just started is asked again. */
const ASK_AGAIN_MS = 5000;

/** A pipeline on a Kubernetes cluster. */
export class KubeDeployment implements Deployment {
  readonly run: string;
  readonly domain: DomainControl;
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
    domain: DomainControl,
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
    this.#pods = new Pods(cluster, namespace, `${RUN_LABEL}=${run}`, this.#ledger, signal);
    this.#parts = new Parts(cluster, run, prepared, this.#ledger, signal);
  }

  get book(): LedgerBook {
    return this.#ledger.book;
  }

  /** Applies every object, the namespace first and the Deployments last. */
  async apply(extra: readonly KubernetesObject[]): Promise<void> {
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
    const { application, logFile } = this.#prepared.anatomy;
    const name = logFile.slice(logFile.lastIndexOf('/') + 1);
    const wanted = Math.max(1, wantedPods(this.#prepared));
    await this.#pods.until(
      {
        name: followed ? `fluentd to follow ${logFile}` : `the application's container ${application.name} to run`,
        look: async () => {
          await this.#assertHopeful();
          const running = this.#pods.staying.filter((pod) => statusOf(pod, application.name)?.state?.running);
          const up = followed ? running.filter((pod) => this.#follows(pod, name)) : running;
          if (!this.#parts.ready()) return { met: false, saw: this.#parts.describe() };
          if (up.length >= wanted) {
            const resolves = (await this.#door.resolves?.()) ?? true;
            return resolves ? { met: true, value: undefined } : { met: false, saw: 'the cluster’s DNS is not ready' };
          }
          const last = followed ? `; fluentd's last line: ${this.fluentdLog().at(-1) ?? 'none'}` : '';
          return { met: false, saw: `${up.length} of ${wanted} pods; ${this.#pods.describe()}${last}` };
        },
      },
      withinMs,
    );
    this.#stood = true;
  }

  async startLoad(): Promise<void> {
    const { application, namespace } = this.#prepared.anatomy;
    const before = this.#pods.staying.map(({ metadata }) => ({
      pod: metadata!.name!,
      loads: this.#ledger.loadsBegun(metadata!.name!),
    }));
    let askedAt = 0;
    const ask = async (pods: readonly { pod: string }[]) => {
      askedAt = performance.now();
      const kill = ['sh', '-c', 'kill -USR2 1'];
      await Promise.all(pods.map(({ pod }) => this.#cluster.exec(namespace, pod, application.name, kill)));
    };
    await ask(before);
    await this.#pods.until(
      {
        name: 'every application to start its load',
        look: async () => {
          const waiting = before.filter(({ pod, loads }) => this.#ledger.loadsBegun(pod) <= loads);
          if (waiting.length === 0) return { met: true, value: undefined };
          if (performance.now() - askedAt > ASK_AGAIN_MS) await ask(waiting);
          return { met: false, saw: `nothing new from ${waiting.map(({ pod }) => pod).join(', ') || 'any pod'}` };
        },
      },
      20_000,
      20,
    );
  }

  async endLoad(): Promise<void> {
    const { application, namespace } = this.#prepared.anatomy;
    const running = this.#pods.staying.filter((pod) => statusOf(pod, application.name)?.state?.running);
    const kill = ['sh', '-c', 'kill -TERM 1'];
    // The container's end may cut the answer off; whether the application heard it, its ledger tells.
    await Promise.allSettled(
      running.map(({ metadata }) => this.#cluster.exec(namespace, metadata!.name!, application.name, kill)),
    );
  }

  gauges(): Gauges {
    const { anatomy, conf, monitorPort } = this.#prepared;
    const { application, fluentd, namespace, logFile } = anatomy;
    const { logs, positions } = surveyPlanOf(conf);
    const pods = () => this.#pods.now;
    const volume = logFile.slice(0, logFile.lastIndexOf('/'));
    return new KubeGauges(
      {
        execStream: (...asked) => this.#cluster.execStream(namespace, ...asked),
        askMonitor: (pod, port) => this.#cluster.proxy(namespace, pod, port, 'api/plugins.json'),
      },
      [
        { part: 'application', container: application.name, pods, files: {} },
        { part: 'fluentd', container: fluentd.name, pods, files: { logs, positions, volume }, monitorPort },
        ...this.#parts.gauged(),
      ],
    );
  }

  async buffer(): Promise<BufferState> {
    const further = await this.#parts.buffers();
    if (further.length === 0) return this.#sidecarBuffer();
    return together(this.#pods.now.length === 0 ? further : [await this.#sidecarBuffer(), ...further]);
  }

  async #sidecarBuffer(): Promise<BufferState> {
    const { anatomy, monitorPort } = this.#prepared;
    const log = this.fluentdLog();
    if (monitorPort === undefined) return bufferState(undefined, log);
    const running = this.#pods.now.filter(({ status }) => status?.phase === 'Running');
    const answers = await Promise.all(
      running.map(({ metadata }) =>
        this.#cluster.proxy(anatomy.namespace, metadata!.name!, monitorPort, 'api/plugins.json'),
      ),
    );
    return together(answers.map((answer) => bufferState(answer, log)));
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
      askMonitor: (pod, port) => cluster.proxy(namespace, pod, port, 'api/plugins.json'),
    });
  }

  async collect(folder: string): Promise<void> {
    const logs = this.#all.flatMap((pods) => pods.logs.all());
    writeDeployment(folder, this.#prepared, logs);
    writeLog(folder, 'events', await eventLines(this.#pods, logs));
  }

  async letGo(): Promise<void> {
    await Promise.all(this.#all.map((pods) => pods.stop()));
  }

  async close(): Promise<void> {
    const { objects } = this.#prepared;
    const list = async () => (await Promise.all(this.#all.map((pods) => pods.list()))).flat();
    for (const object of objects) if (object.kind === 'Deployment') await this.#cluster.remove(object);
    for (const pod of await list()) await this.#cluster.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 0);
    for (const pods of this.#all) await pods.stop();
    await Promise.all(
      objects
        .filter(({ kind }) => kind !== 'Namespace' && kind !== 'Deployment')
        .map((object) => this.#cluster.remove(object)),
    );
    await until(
      {
        name: `the pods of run ${this.run} to be gone`,
        look: async () => {
          const left = await list();
          return left.length === 0
            ? { met: true, value: undefined }
            : { met: false, saw: left.map(describePod).join('; ') };
        },
      },
      { withinMs: 60_000 },
    );
    this.#door.closed();
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

  /** Whether the fluentd that runs in a pod now has said so of the file. */
  #follows(pod: V1Pod, file: string): boolean {
    const id = statusOf(pod, this.#prepared.anatomy.fluentd.name)?.containerID;
    return saysItFollows(this.#pods.logs.linesOfLife(id), file);
  }

  async #assertHopeful(): Promise<void> {
    const { anatomy, parts } = this.#prepared;
    const containers = [anatomy.fluentd, anatomy.application, ...parts.map(({ container }) => container)];
    const names = containers.map(({ name }) => name);
    for (const { staying, logs } of this.#all) {
      const found = hopelessIn(staying, names, this.#stood);
      if (!found) continue;
      // The log is read beside the state: let its last words come in.
      await logs.drained(2000);
      throw notComingUp(found, logs.linesOf(found.container));
    }
  }
}
