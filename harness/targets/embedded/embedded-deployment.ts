import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { V1ConfigMap, V1Container, V1Deployment, V1Secret } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { ConditionTimeout, until } from '../../core/condition.ts';
import { LedgerBook } from '../../core/ledger-book.ts';
import type { PodSurvey } from '../../core/survey.ts';
import type { AccessKey, BufferState, Deployment, DomainControl, Signal } from '../../core/target.ts';
import { EnvironmentError, UsageError } from '../../core/trouble.ts';
import { bufferState } from '../kube/buffer-state.ts';
import { takeLedgerLine } from '../kube/ledger-lines.ts';
import { describePod, endedBefore, hopeless } from '../kube/pod-state.ts';
import type { Prepared } from '../kube/prepare.ts';
import { surveyPods } from '../kube/survey-pods.ts';
import { ApiObjects } from './api-objects.ts';
import { get } from './handler.ts';
import type { Image } from './image.ts';
import type { KeptContainer } from './kept-container.ts';
import { Pod } from './pod.ts';

/** What a deployment needs of its target. */
export interface Surround {
  run: string;
  domain: DomainControl;
  /** Where pods reach it, and who takes their connections. */
  endpoint: { host: string; port: number; take: (socket: Socket) => void };
  imageOf: (container: V1Container) => Image;
  folderOf: (pod: string) => string;
  path: string;
  ruby: string;
  signal: AbortSignal;
  /** What the edge said. */
  edgeLog: readonly object[];
  /** Called once nothing of it is left. */
  closed: () => Promise<void>;
}

/** Longest wait for a container to end and come back, ms: back-off between restarts included. */
const END_WITHIN_MS = { SIGKILL: 60_000, SIGTERM: 45_000 };

interface ContainerLog {
  pod: string;
  container: string;
  lines: string[];
}

/** A pipeline as processes of this machine. */
export class EmbeddedDeployment implements Deployment {
  readonly run: string;
  readonly book = new LedgerBook();
  readonly domain: DomainControl;
  readonly #prepared: Prepared;
  readonly #surround: Surround;
  readonly #objects: ApiObjects;
  readonly #logs: ContainerLog[] = [];
  readonly #everyPod: Pod[] = [];
  #pods: Pod[] = [];
  #failure: unknown;
  /** Whether it was ready once: from then on a container that ended is a fault's work. */
  #stood = false;

  constructor(prepared: Prepared, surround: Surround) {
    this.run = surround.run;
    this.domain = surround.domain;
    this.#prepared = prepared;
    this.#surround = surround;
    this.#objects = new ApiObjects(prepared.objects);
  }

  /** Starts every pod; returns at once, as an API server does. */
  apply(): void {
    for (const deployment of this.#prepared.deployments)
      for (let i = 0; i < (deployment.spec!.replicas ?? 1); i++) this.#startPod(deployment);
  }

  fluentdLog(): readonly string[] {
    const { name } = this.#prepared.anatomy.fluentd;
    return this.#logs.filter(({ container }) => container === name).flatMap(({ lines }) => lines);
  }

  async ready({ followed, withinMs = 60_000 }: { followed: boolean; withinMs?: number }): Promise<void> {
    const { application, logFile } = this.#prepared.anatomy;
    const name = logFile.slice(logFile.lastIndexOf('/') + 1);
    await until(
      {
        name: followed ? `fluentd to follow ${logFile}` : `the application's container ${application.name} to run`,
        look: () => {
          this.#assertHopeful();
          const saw = this.#describe();
          if (!this.#pods.every((pod) => pod.container(application.name)?.running)) return { met: false, saw };
          if (!followed || this.#pods.every((pod) => this.#follows(pod, name))) return { met: true, value: undefined };
          return { met: false, saw: `${saw}; fluentd's last line: ${this.fluentdLog().at(-1) ?? 'none'}` };
        },
      },
      { withinMs, everyMs: 20, signal: this.#surround.signal },
    );
    this.#stood = true;
  }

  async startLoad(): Promise<void> {
    const { application } = this.#prepared.anatomy;
    const before = this.#paces();
    for (const pod of this.#pods) pod.container(application.name)?.signal('SIGUSR2');
    const wanted = before + this.#pods.length;
    await until(
      {
        name: 'the application to start its load',
        look: () =>
          this.#paces() >= wanted
            ? { met: true, value: undefined }
            : { met: false, saw: `${this.#paces() - before} of ${this.#pods.length} loads started` },
      },
      { withinMs: 20_000, signal: this.#surround.signal, everyMs: 10 },
    );
  }

  async buffer(): Promise<BufferState> {
    const { monitorPort } = this.#prepared;
    const plugins = monitorPort === undefined ? undefined : await this.#askMonitors(monitorPort);
    return bufferState(plugins, this.fluentdLog());
  }

  signalFluentd(signal: Signal): Promise<string | undefined> {
    return this.#signal(this.#prepared.anatomy.fluentd.name, 'fluentd', signal);
  }

  async signalEmitter(signal: Signal): Promise<string | undefined> {
    const { name } = this.#prepared.anatomy.application;
    const pod = this.#pods.find((one) => one.container(name)?.running);
    const trace = await this.#signal(name, 'the application', signal);
    // Its next life has no stream before it is asked for a load.
    if (pod && (signal === 'SIGKILL' || signal === 'SIGTERM')) this.#cutOff(pod);
    return trace;
  }

  async deletePod(how: 'with grace' | 'now' = 'with grace'): Promise<string | undefined> {
    const pods = this.#pods;
    const started = performance.now();
    await Promise.all(pods.map((pod) => this.#stop(pod, how)));
    this.#pods = this.#pods.filter((pod) => !pods.includes(pod));
    const names = pods.map(({ name }) => name).join(', ');
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return `pod ${names} deleted ${how === 'now' ? 'without a grace period' : 'with its grace period'}, gone after ${seconds}s`;
  }

  async evictPod(): Promise<string | undefined> {
    throw new EnvironmentError('the embedded target has no Eviction API: this needs --target k3s');
  }

  async exhaustMemory(): Promise<string | undefined> {
    throw new EnvironmentError('the embedded target sets no memory limits: this needs --target k3s');
  }

  async changeSecret({ accessKeyId, secretAccessKey, sessionToken }: AccessKey): Promise<string | undefined> {
    const secrets = this.#prepared.objects.filter((object): object is V1Secret => object.kind === 'Secret');
    for (const secret of secrets) {
      const entries = Object.entries(secret.stringData ?? {}).map(([key, value]) => {
        if (/token/i.test(key)) return [key, sessionToken ?? ''];
        if (/account/i.test(key)) return [key, value];
        return [key, /secret/i.test(key) ? secretAccessKey : accessKeyId];
      });
      secret.stringData = Object.fromEntries(entries);
      this.#objects.put(secret);
    }
    await this.#rollOut();
    return `Secret ${secrets.map(({ metadata }) => metadata!.name).join(', ')} changed; its pods were replaced`;
  }

  async changeConfig(change: (conf: string) => string): Promise<string | undefined> {
    const { anatomy, conf } = this.#prepared;
    const { configMap, configKey, fluentd } = anatomy;
    const changed = change(conf);
    if (changed === conf) throw new UsageError('the change of td-agent.conf finds nothing to change in this pipeline');
    const seen = this.fluentdLog().length;
    this.#objects.put({ ...configMap, data: { ...configMap.data, [configKey]: changed } } as V1ConfigMap);
    for (const pod of this.#pods) pod.refreshVolumes();
    try {
      await until(
        { name: 'fluentd to reload its configuration', look: () => this.#reloadSince(seen) },
        { withinMs: 25_000, signal: this.#surround.signal },
      );
      return `ConfigMap ${configMap.metadata!.name} changed: ${fluentd.name} reloaded it in place`;
    } catch (error) {
      if (!(error instanceof ConditionTimeout)) throw error;
    }
    await this.#rollOut();
    return `ConfigMap ${configMap.metadata!.name} changed; it came into force by a rollout restart`;
  }

  stands(): boolean {
    return this.#pods.length > 0;
  }

  assertAlive(): void {
    this.#surround.signal.throwIfAborted();
    if (this.#failure) throw this.#failure;
  }

  survey(): Promise<PodSurvey[]> {
    const podOf = (name: string) => this.#pods.find((pod) => pod.name === name);
    return surveyPods({
      run: this.run,
      prepared: this.#prepared,
      pods: this.#pods.map((pod) => pod.asObject),
      logs: this.#logs,
      exec: async (pod, container, script) => {
        const kept = podOf(pod)?.container(container);
        if (!kept) throw new Error(`pod ${pod} has no container ${container} any more`);
        return kept.exec(['sh', '-c', script], 60_000);
      },
      askMonitor: async (name, port) => {
        const pod = podOf(name);
        return pod && askMonitor(pod, port);
      },
    });
  }

  async collect(folder: string): Promise<void> {
    const { anatomy, objects, conf } = this.#prepared;
    const [logs, pipeline] = [join(folder, 'logs'), join(folder, 'pipeline')];
    for (const made of [logs, pipeline]) mkdirSync(made, { recursive: true });
    for (const { pod, container, lines } of this.#logs)
      writeFileSync(join(logs, `${pod}.${container}.log`), `${lines.join('\n')}\n`);
    const secretless = objects.filter(({ kind }) => kind !== 'Secret');
    writeFileSync(join(pipeline, 'manifests.yaml'), secretless.map((object) => stringify(object)).join('---\n'));
    writeFileSync(join(pipeline, anatomy.configKey), conf);
    const events = this.#everyPod.flatMap((pod) => pod.events).sort();
    writeFileSync(join(logs, 'events.log'), `${events.join('\n')}\n`);
    writeFileSync(join(logs, 'edge.log'), this.#surround.edgeLog.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }

  async close(): Promise<void> {
    await Promise.all(this.#everyPod.map((pod) => pod.kill()));
    this.#pods = [];
    await this.#surround.closed();
  }

  #startPod(deployment: V1Deployment): void {
    const { anatomy } = this.#prepared;
    const { endpoint, imageOf, folderOf, path, ruby } = this.#surround;
    const name = `${deployment.metadata!.name}-${randomBytes(3).toString('hex')}`;
    const logs = new Map<string, ContainerLog>();
    const pod = new Pod({
      name,
      namespace: anatomy.namespace,
      spec: deployment.spec!.template.spec!,
      objects: this.#objects,
      imageOf,
      folder: folderOf(name),
      path,
      ruby,
      domain: endpoint,
      onLine: (container, line) => {
        const log = logs.get(container) ?? { pod: name, container, lines: [] };
        if (!logs.has(container)) this.#logs.push(log);
        logs.set(container, log);
        log.lines.push(line);
        if (container === anatomy.application.name) takeLedgerLine(line, this.book);
      },
    });
    this.#pods.push(pod);
    this.#everyPod.push(pod);
    pod.start().catch((error) => {
      if (!pod.terminating) this.#failure = error;
    });
  }

  /** New pods first, then the old ones go, as a rollout with a surge does. */
  async #rollOut(): Promise<void> {
    const old = this.#pods;
    this.#pods = [];
    this.apply();
    await this.ready({ followed: false });
    await Promise.all(old.map((pod) => this.#stop(pod, 'with grace')));
  }

  async #stop(pod: Pod, how: 'with grace' | 'now'): Promise<void> {
    await pod.stop(how);
    this.#cutOff(pod);
  }

  /** The application's process in a pod is gone: streams that it did not close, named after the pod's host name, were cut off. */
  #cutOff({ name }: Pod): void {
    for (const stream of this.book.streams.keys()) if (stream.startsWith(`${name}.`)) this.book.died(stream);
  }

  async #signal(container: string, who: string, signal: Signal): Promise<string | undefined> {
    const kept = this.#pods.map((pod) => pod.container(container)).find((one) => one?.running);
    const restarts = kept?.restarts ?? 0;
    if (!kept?.signal(signal)) return undefined;
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return this.#stoodStill(kept, who, signal === 'SIGSTOP');
    const ended = {
      name: `${who} to end by ${signal} and run again`,
      look: () =>
        kept.restarts > restarts && kept.running && kept.last
          ? {
              met: true as const,
              value: `${who} ended with exit code ${kept.last.exitCode} (${kept.last.reason}) and runs again`,
            }
          : { met: false as const, saw: this.#describe() },
    };
    try {
      return await until(ended, { withinMs: END_WITHIN_MS[signal], everyMs: 20, signal: this.#surround.signal });
    } catch (error) {
      // Nothing outlives SIGKILL; SIGTERM may be taken no notice of, where a shell is the first process and passes nothing on.
      if (signal !== 'SIGTERM' || !(error instanceof ConditionTimeout)) throw error;
      return `the first process of ${container} took no notice of SIGTERM within ${END_WITHIN_MS.SIGTERM / 1000}s`;
    }
  }

  #stoodStill(kept: KeptContainer, who: string, still: boolean): Promise<string> {
    return until(
      {
        name: `${who} to ${still ? 'stand still' : 'go on'}`,
        look: () => {
          const state = kept.processState;
          return state !== undefined && (state === 'T') === still
            ? { met: true, value: `${who} ${still ? 'stands still' : 'goes on'} (state ${state})` }
            : { met: false, saw: `state ${state}` };
        },
      },
      { withinMs: 10_000, everyMs: 10, signal: this.#surround.signal },
    );
  }

  #assertHopeful(): void {
    this.assertAlive();
    const { application, fluentd } = this.#prepared.anatomy;
    for (const pod of this.#pods) {
      for (const { name } of [fluentd, application]) {
        const why = hopeless(pod.asObject, name) ?? (this.#stood ? undefined : endedBefore(pod.asObject, name));
        if (!why) continue;
        const last = this.#linesOf(pod, name).slice(-20);
        const words = last.length > 0 ? `; its last words:\n${last.join('\n')}` : '';
        throw new UsageError(`the pipeline does not come up: container ${name} ${why}${words}`);
      }
    }
  }

  #follows(pod: Pod, file: string): boolean {
    const lines = this.#linesOf(pod, this.#prepared.anatomy.fluentd.name);
    return lines.some((line) => line.includes('following tail of') && line.includes(file));
  }

  #linesOf({ name }: Pod, container: string): string[] {
    return this.#logs.find((log) => log.pod === name && log.container === container)?.lines ?? [];
  }

  #paces(): number {
    return [...this.book.streams.values()].reduce((sum, { paces }) => sum + paces.length, 0);
  }

  #reloadSince(seen: number) {
    const fresh = this.fluentdLog().slice(seen);
    return fresh.some((line) => line.includes('configuration reloaded'))
      ? { met: true as const, value: undefined }
      : { met: false as const, saw: fresh.at(-1) ?? 'nothing new in its log' };
  }

  /** All monitors' plugins as one answer; undefined where one does not answer. */
  async #askMonitors(port: number): Promise<string | undefined> {
    const answers = await Promise.all(this.#pods.map((pod) => askMonitor(pod, port)));
    if (answers.some((answer) => answer === undefined)) return undefined;
    return JSON.stringify({ plugins: answers.flatMap((answer) => JSON.parse(answer!).plugins) });
  }

  #describe(): string {
    return this.#pods.map((pod) => describePod(pod.asObject)).join('; ') || 'no pod';
  }
}

/** monitor_agent's answer; undefined where it gives none. */
async function askMonitor(pod: Pod, port: number): Promise<string | undefined> {
  try {
    const { status, body } = await get(await pod.connect(port), '/api/plugins.json', 5000);
    return status === 200 ? body : undefined;
  } catch {
    return undefined;
  }
}
