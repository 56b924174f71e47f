import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject, V1ConfigMap, V1Pod } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { ConditionTimeout, pause, until } from '../../core/condition.ts';
import { ledgerEvent } from '../../core/ledger.ts';
import { LedgerBook } from '../../core/ledger-book.ts';
import type { PodSurvey } from '../../core/survey.ts';
import type { AccessKey, BufferState, Deployment, DomainControl, Signal } from '../../core/target.ts';
import { EnvironmentError, UsageError } from '../../core/trouble.ts';
import { bufferState } from './buffer-state.ts';
import type { Cluster } from './cluster.ts';
import { PodLogs } from './pod-logs.ts';
import { describePod, hopeless, statusOf } from './pod-state.ts';
import { type Prepared, RUN_LABEL } from './prepare.ts';
import { surveyPods } from './survey-pods.ts';

/** Longest wait for a container to end and come back, ms: back-off between restarts included. */
const END_WITHIN_MS = { SIGKILL: 90_000, SIGTERM: 45_000 };

/** What a target must do itself, as it depends on the node. */
export interface NodeDoor {
  /** Sends a signal to a container's first process; `containerId` as the runtime knows it. */
  signal(containerId: string, signal: Signal): Promise<void>;
  /** Called once nothing of the deployment is left. */
  closed(): void;
}

/** A pipeline on a Kubernetes cluster. */
export class KubeDeployment implements Deployment {
  readonly run: string;
  readonly book = new LedgerBook();
  readonly domain: DomainControl;
  readonly #cluster: Cluster;
  readonly #door: NodeDoor;
  readonly #prepared: Prepared;
  readonly #logs: PodLogs;
  readonly #signal: AbortSignal;
  readonly #watching = new AbortController();
  #pods: V1Pod[] = [];
  #watcher: Promise<void> = Promise.resolve();

  constructor(
    run: string,
    cluster: Cluster,
    door: NodeDoor,
    prepared: Prepared,
    domain: DomainControl,
    signal: AbortSignal,
  ) {
    this.run = run;
    this.domain = domain;
    this.#cluster = cluster;
    this.#door = door;
    this.#prepared = prepared;
    this.#signal = signal;
    this.#logs = new PodLogs(cluster, prepared.anatomy.namespace, (container, line) => this.#takeLine(container, line));
  }

  /** Applies every object, the namespace first and the Deployment last. */
  async apply(extra: readonly KubernetesObject[]): Promise<void> {
    const { objects, deployments } = this.#prepared;
    const [namespace, ...rest] = objects.filter((object) => !deployments.includes(object));
    await this.#cluster.apply(namespace!);
    await Promise.all([...extra, ...rest].map((object) => this.#cluster.apply(object)));
    await Promise.all(deployments.map((object) => this.#cluster.apply(object)));
    this.#watcher = this.#watch();
  }

  fluentdLog(): readonly string[] {
    return this.#logs.linesOf(this.#prepared.anatomy.fluentd.name);
  }

  async ready({ followed, withinMs = 120_000 }: { followed: boolean; withinMs?: number }): Promise<void> {
    const { application, logFile } = this.#prepared.anatomy;
    const name = logFile.slice(logFile.lastIndexOf('/') + 1);
    await until(
      {
        name: followed ? `fluentd to follow ${logFile}` : `the application's container ${application.name} to run`,
        look: async () => {
          await this.#assertHopeful();
          const running = this.#pods.filter(
            (pod) => !pod.metadata?.deletionTimestamp && statusOf(pod, application.name)?.state?.running,
          );
          const saw = this.#pods.map(describePod).join('; ') || 'no pod';
          if (running.length === 0) return { met: false, saw };
          if (!followed || this.#follows(name)) return { met: true, value: undefined };
          return { met: false, saw: `${saw}; fluentd's last line: ${this.fluentdLog().at(-1) ?? 'none'}` };
        },
      },
      { withinMs, signal: this.#signal },
    );
  }

  async startLoad(): Promise<void> {
    const { namespace, application } = this.#prepared.anatomy;
    const loadsBefore = this.#paces();
    for (const pod of this.#pods.filter((one) => !one.metadata?.deletionTimestamp)) {
      await this.#cluster.exec(namespace, pod.metadata!.name!, application.name, ['sh', '-c', 'kill -USR2 1']);
    }
    await until(
      {
        name: 'the application to start its load',
        look: () =>
          this.#paces() > loadsBefore
            ? { met: true, value: undefined }
            : { met: false, saw: `${loadsBefore} loads started` },
      },
      { withinMs: 20_000, signal: this.#signal, everyMs: 20 },
    );
  }

  async buffer(): Promise<BufferState> {
    const { anatomy, monitorPort } = this.#prepared;
    const plugins = monitorPort === undefined ? undefined : await this.#askMonitor(anatomy.namespace, monitorPort);
    return bufferState(plugins, this.fluentdLog());
  }

  async signalFluentd(signal: Signal): Promise<string | undefined> {
    const { fluentd } = this.#prepared.anatomy;
    const pod = this.#pods.find((one) => statusOf(one, fluentd.name)?.state?.running);
    const before = pod && statusOf(pod, fluentd.name);
    if (!pod || !before?.containerID) return undefined;
    await this.#door.signal(before.containerID.replace(/^.*:\/\//, ''), signal);
    const uid = pod.metadata!.uid;
    const ended = () => {
      const now = this.#pods.find(({ metadata }) => metadata?.uid === uid);
      const status = now && statusOf(now, fluentd.name);
      const { terminated } = status?.lastState ?? {};
      if (!terminated || status?.restartCount === before.restartCount || !status?.state?.running) {
        return { met: false as const, saw: now ? describePod(now) : 'the pod is gone' };
      }
      return {
        met: true as const,
        value: `fluentd ended with exit code ${terminated.exitCode} (${terminated.reason}) and runs again`,
      };
    };
    try {
      return await until(
        { name: `fluentd's container to end by ${signal} and run again`, look: ended },
        { withinMs: signal === 'SIGTERM' ? END_WITHIN_MS.SIGTERM : END_WITHIN_MS.SIGKILL, signal: this.#signal },
      );
    } catch (error) {
      // Nothing outlives SIGKILL; SIGTERM may be taken no notice of, where a shell is the first process and passes nothing on.
      if (signal !== 'SIGTERM' || !(error instanceof ConditionTimeout)) throw error;
      return `the first process of ${fluentd.name} took no notice of SIGTERM within ${END_WITHIN_MS.SIGTERM / 1000}s`;
    }
  }

  async signalEmitter(_signal: Signal): Promise<string | undefined> {
    throw new Error('to be written');
  }

  async evictPod(): Promise<string | undefined> {
    throw new Error('to be written');
  }

  async exhaustMemory(): Promise<string | undefined> {
    throw new Error('to be written');
  }

  async changeSecret(_key: AccessKey): Promise<string | undefined> {
    throw new Error('to be written');
  }

  async deletePod(_how: 'with grace' | 'now' = 'with grace'): Promise<string | undefined> {
    const { namespace } = this.#prepared.anatomy;
    const names = this.#pods.map(({ metadata }) => metadata!.name!);
    const started = performance.now();
    for (const deployment of this.#prepared.deployments) {
      deployment.spec!.replicas = 0;
      await this.#cluster.apply(deployment);
    }
    await until(
      {
        name: `pod ${names.join(', ')} in ${namespace} to be gone`,
        look: () =>
          this.#pods.length === 0
            ? { met: true, value: undefined }
            : { met: false, saw: this.#pods.map(describePod).join('; ') },
      },
      { withinMs: 180_000, signal: this.#signal },
    );
    if (!(await this.#logs.drained(10_000)))
      throw new EnvironmentError(`the log of ${names.join(', ')} did not end with the pod`);
    return `pod ${names.join(', ')} deleted with its grace period, gone after ${((performance.now() - started) / 1000).toFixed(1)}s`;
  }

  async changeConfig(change: (conf: string) => string): Promise<string | undefined> {
    const { anatomy, conf } = this.#prepared;
    const { configMap, configKey, fluentd, deployment } = anatomy;
    const changed = change(conf);
    if (changed === conf) throw new UsageError('the change of td-agent.conf finds nothing to change in this pipeline');
    const seen = this.fluentdLog().length;
    const map: V1ConfigMap = { ...configMap, data: { ...configMap.data, [configKey]: changed } };
    await this.#cluster.apply(map);
    // The kubelet looks at a ConfigMap again when the pod changes; an annotation spares the wait for its next sync.
    for (const pod of this.#pods) await this.#touch(pod);
    const reloaded = await this.#awaitReload(seen);
    if (reloaded) return `ConfigMap ${configMap.metadata!.name} changed: ${fluentd.name} reloaded it in place`;
    const old = this.#pods.map(({ metadata }) => metadata!.uid);
    const template = deployment.spec!.template;
    template.metadata = {
      ...template.metadata,
      annotations: { ...template.metadata?.annotations, 'efk-sidecar-harness/restarted': new Date().toISOString() },
    };
    await this.#cluster.apply(deployment);
    await until(
      {
        name: `the rollout of ${deployment.metadata!.name} after its ConfigMap changed`,
        look: () =>
          this.#pods.length > 0 && this.#pods.every(({ metadata }) => !old.includes(metadata!.uid))
            ? { met: true, value: undefined }
            : { met: false, saw: this.#pods.map(describePod).join('; ') },
      },
      { withinMs: 120_000, signal: this.#signal },
    );
    return `ConfigMap ${configMap.metadata!.name} changed; it came into force by a rollout restart`;
  }

  stands(): boolean {
    return this.#pods.length > 0;
  }

  assertAlive(): void {
    this.#signal.throwIfAborted();
  }

  survey(): Promise<PodSurvey[]> {
    return surveyPods({
      run: this.run,
      prepared: this.#prepared,
      pods: this.#pods,
      logs: this.#logs.all(),
      exec: (pod, container, script) =>
        this.#cluster.exec(this.#prepared.anatomy.namespace, pod, container, ['sh', '-c', script]),
      askMonitor: (pod, port) => this.#cluster.proxy(this.#prepared.anatomy.namespace, pod, port, 'api/plugins.json'),
    });
  }

  async collect(folder: string): Promise<void> {
    const logs = join(folder, 'logs');
    mkdirSync(join(folder, 'pipeline'), { recursive: true });
    mkdirSync(logs, { recursive: true });
    const seen = new Map<string, number>();
    for (const { pod, container, lines } of this.#logs.all()) {
      const life = seen.get(pod + container) ?? 0;
      seen.set(pod + container, life + 1);
      writeFileSync(join(logs, `${pod}.${container}${life ? `.${life}` : ''}.log`), `${lines.join('\n')}\n`);
    }
    const { anatomy, objects, conf } = this.#prepared;
    const secretless = objects.filter(({ kind }) => kind !== 'Secret');
    writeFileSync(
      join(folder, 'pipeline', 'manifests.yaml'),
      secretless.map((object) => stringify(object)).join('---\n'),
    );
    writeFileSync(join(folder, 'pipeline', anatomy.configKey), conf);
    const events = await this.#cluster.core.listNamespacedEvent({ namespace: anatomy.namespace });
    const lines = events.items
      .filter(
        ({ involvedObject }) =>
          this.#logs.all().some(({ pod }) => pod === involvedObject.name) || involvedObject.kind !== 'Pod',
      )
      .map(
        ({ lastTimestamp, involvedObject, reason, message }) =>
          `${lastTimestamp?.toISOString() ?? ''} ${involvedObject.kind}/${involvedObject.name} ${reason}: ${message}`,
      );
    writeFileSync(join(logs, 'events.log'), `${lines.join('\n')}\n`);
  }

  async close(): Promise<void> {
    const { anatomy, objects, deployments } = this.#prepared;
    for (const deployment of deployments) await this.#cluster.remove(deployment);
    for (const pod of await this.#cluster.pods(anatomy.namespace, `${RUN_LABEL}=${this.run}`)) {
      await this.#cluster.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 0);
    }
    this.#watching.abort();
    this.#logs.stop();
    await this.#watcher;
    await Promise.all(
      objects
        .filter(({ kind }) => kind !== 'Namespace' && kind !== 'Deployment')
        .map((object) => this.#cluster.remove(object)),
    );
    await until(
      {
        name: `the pods of run ${this.run} to be gone`,
        look: async () => {
          const left = await this.#cluster.pods(anatomy.namespace, `${RUN_LABEL}=${this.run}`);
          return left.length === 0
            ? { met: true, value: undefined }
            : { met: false, saw: left.map(describePod).join('; ') };
        },
      },
      { withinMs: 60_000 },
    );
    this.#door.closed();
  }

  /** Keeps `#pods` fresh and follows what is new in them. */
  async #watch(): Promise<void> {
    const { signal } = this.#watching;
    while (!signal.aborted) {
      const pods = await this.#cluster
        .pods(this.#prepared.anatomy.namespace, `${RUN_LABEL}=${this.run}`)
        .catch(() => this.#pods);
      this.#pods = pods;
      this.#logs.see(pods);
      await pause(150, signal).catch(() => {});
    }
  }

  #takeLine(container: string, line: string): void {
    if (container !== this.#prepared.anatomy.application.name || !line.startsWith('{"ledger"')) return;
    const event = ledgerEvent.safeParse(parseJson(line));
    if (event.success) this.book.add(event.data);
    else this.book.complaints.push(`a ledger line that is none: ${line.slice(0, 200)}`);
  }

  #follows(file: string): boolean {
    return this.fluentdLog().some((line) => line.includes('following tail of') && line.includes(file));
  }

  #paces(): number {
    return [...this.book.streams.values()].reduce((sum, { paces }) => sum + paces.length, 0);
  }

  async #assertHopeful(): Promise<void> {
    const { application, fluentd } = this.#prepared.anatomy;
    for (const pod of this.#pods) {
      for (const { name } of [fluentd, application]) {
        const why = hopeless(pod, name);
        if (!why) continue;
        // The log is read beside the state: let its last words come in.
        await this.#logs.drained(2000);
        const last = this.#logs.linesOf(name).slice(-20);
        throw new UsageError(
          `the pipeline does not come up: container ${name} ${why}${last.length > 0 ? `; its last words:\n${last.join('\n')}` : ''}`,
        );
      }
    }
  }

  async #touch(pod: V1Pod): Promise<void> {
    const { name, namespace } = pod.metadata!;
    const annotations = { 'efk-sidecar-harness/touched': new Date().toISOString() };
    await this.#cluster.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: name!, namespace: namespace!, annotations },
    });
  }

  async #awaitReload(seen: number): Promise<boolean> {
    const reload = { name: 'fluentd to reload its configuration', look: () => this.#reloadSince(seen) };
    return until(reload, { withinMs: 25_000, signal: this.#signal }).then(
      () => true,
      (error) => {
        if (error instanceof Error && error.name === 'ConditionTimeout') return false;
        throw error;
      },
    );
  }

  #reloadSince(seen: number) {
    const fresh = this.fluentdLog().slice(seen);
    const done = fresh.some((line) => line.includes('configuration reloaded'));
    return done
      ? { met: true as const, value: undefined }
      : { met: false as const, saw: fresh.at(-1) ?? 'nothing new in its log' };
  }

  async #askMonitor(namespace: string, port: number): Promise<string | undefined> {
    const pod = this.#pods.find(({ status }) => status?.phase === 'Running');
    return pod && this.#cluster.proxy(namespace, pod.metadata!.name!, port, 'api/plugins.json');
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
