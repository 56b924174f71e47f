import type { KubernetesObject } from '@kubernetes/client-node';
import type { LedgerBook } from '../../core/ledger-book.ts';
import type { PodSurvey } from '../../core/survey.ts';
import type { AccessKey, BufferState, Deployment, DomainControl, Signal } from '../../core/target.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import { writeDeployment, writeLog } from '../kube/artifacts.ts';
import { bufferState, together } from '../kube/buffer-state.ts';
import { LedgerReader } from '../kube/ledger-reader.ts';
import { type Changer, changeConfig, changeSecret } from '../kube/object-changes.ts';
import { hopelessIn, notComingUp, saysItFollows, statusOf } from '../kube/pod-state.ts';
import type { Prepared } from '../kube/prepare.ts';
import { surveyPods } from '../kube/survey-pods.ts';
import { EmbeddedPods, type PodMaker } from './embedded-pods.ts';
import { get } from './handler.ts';
import type { Pod } from './pod.ts';
import { signalContainer } from './signal-container.ts';

/** What a deployment needs of its target. */
export interface Surround extends PodMaker {
  run: string;
  domain: DomainControl;
  /** Kills the edge and starts it again: {@link Deployment.killEdge}. */
  killEdge(whileAway: () => Promise<void>): Promise<string | undefined>;
  /** What the edge said. */
  edgeLog: readonly object[];
  /** Called once nothing of it is left. */
  closed: () => Promise<void>;
}

/** A pipeline as processes of this machine. */
export class EmbeddedDeployment implements Deployment {
  readonly run: string;
  readonly domain: DomainControl;
  readonly #prepared: Prepared;
  readonly #surround: Surround;
  readonly #ledger: LedgerReader;
  readonly #pods: EmbeddedPods;
  /** Whether it was ready once: from then on a container that ended is a fault's work. */
  #stood = false;

  constructor(prepared: Prepared, surround: Surround) {
    this.run = surround.run;
    this.domain = surround.domain;
    this.#prepared = prepared;
    this.#surround = surround;
    this.#ledger = new LedgerReader(prepared.anatomy.application.name);
    this.#pods = new EmbeddedPods(prepared, surround, this.#ledger);
  }

  get book(): LedgerBook {
    return this.#ledger.book;
  }

  get flushIntervalMs(): number {
    return this.#prepared.flushIntervalMs;
  }

  /** Starts every pod; returns at once, as an API server does. */
  apply(): void {
    this.#pods.start();
  }

  get manifests(): readonly KubernetesObject[] {
    return this.#prepared.asked;
  }

  fluentdLog(): readonly string[] {
    return this.#pods.linesOf(this.#prepared.anatomy.fluentd.name);
  }

  async ready({ followed, withinMs = 60_000 }: { followed: boolean; withinMs?: number }): Promise<void> {
    const { application, logFile } = this.#prepared.anatomy;
    const file = logFile.slice(logFile.lastIndexOf('/') + 1);
    await this.#pods.until(
      {
        name: followed ? `fluentd to follow ${logFile}` : `the application's container ${application.name} to run`,
        look: () => {
          this.#assertHopeful();
          const running = this.#pods.staying.filter((pod) => pod.container(application.name)?.running);
          const up = followed ? running.filter((pod) => this.#follows(pod, file)) : running;
          if (up.length > 0 && up.length === this.#pods.staying.length) return { met: true, value: undefined };
          const last = followed ? `; fluentd's last line: ${this.fluentdLog().at(-1) ?? 'none'}` : '';
          return { met: false, saw: `${up.length} pods; ${this.#pods.describe()}${last}` };
        },
      },
      withinMs,
    );
    this.#stood = true;
  }

  async startLoad(): Promise<void> {
    const { application } = this.#prepared.anatomy;
    const before = this.#pods.staying.map((pod) => ({ pod, loads: this.#ledger.loadsBegun(pod.name) }));
    const listening = {
      name: `${application.name} to listen for the signal that starts its load`,
      look: () =>
        before.every(({ pod }) => pod.container(application.name)?.catchesUsr2)
          ? { met: true as const, value: undefined }
          : { met: false as const, saw: this.#pods.describe() },
    };
    await this.#pods.until(listening, 20_000, 10);
    for (const { pod } of before) pod.container(application.name)?.signal('SIGUSR2');
    await this.#pods.until(
      {
        name: 'every application to start its load',
        look: () => {
          const waiting = before.filter(({ pod, loads }) => this.#ledger.loadsBegun(pod.name) <= loads);
          if (waiting.length === 0) return { met: true, value: undefined };
          return { met: false, saw: `nothing new from ${waiting.map(({ pod }) => pod.name).join(', ')}` };
        },
      },
      20_000,
      10,
    );
  }

  async buffer(): Promise<BufferState> {
    const { monitorPort } = this.#prepared;
    const log = this.fluentdLog();
    if (monitorPort === undefined) return bufferState(undefined, log);
    const answers = await Promise.all(this.#pods.staying.map((pod) => askMonitor(pod, monitorPort)));
    return together(answers.map((answer) => bufferState(answer, log)));
  }

  signalFluentd(signal: Signal): Promise<string | undefined> {
    return signalContainer(this.#pods, this.#prepared.anatomy.fluentd.name, signal);
  }

  signalEmitter(signal: Signal): Promise<string | undefined> {
    return signalContainer(this.#pods, this.#prepared.anatomy.application.name, signal);
  }

  async deletePod(how: 'with grace' | 'now' = 'with grace'): Promise<string | undefined> {
    const started = performance.now();
    const names = await this.#pods.remove(how);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return `pod ${names} deleted with ${how === 'now' ? '1s of grace' : 'its grace period'}, gone after ${seconds}s`;
  }

  async signalPart(): Promise<string | undefined> {
    throw new EnvironmentError('the embedded target has the topology direct only: this needs --target k3s');
  }

  killEdge(whileAway: () => Promise<void>): Promise<string | undefined> {
    return this.#surround.killEdge(whileAway);
  }

  async evictPod(): Promise<string | undefined> {
    throw new EnvironmentError('the embedded target has no Eviction API: this needs --target k3s');
  }

  async exhaustMemory(): Promise<string | undefined> {
    throw new EnvironmentError('the embedded target sets no memory limits: this needs --target k3s');
  }

  changeSecret(key: AccessKey): Promise<string | undefined> {
    return changeSecret(this.#changer, this.#prepared, key);
  }

  changeConfig(change: (conf: string) => string): Promise<string | undefined> {
    return changeConfig(this.#changer, this.#prepared, change);
  }

  stands(): boolean {
    return this.#pods.staying.length > 0;
  }

  assertAlive(): void {
    this.#surround.signal.throwIfAborted();
    if (this.#pods.failure) throw this.#pods.failure;
  }

  survey(): Promise<PodSurvey[]> {
    const podOf = (name: string) => this.#pods.staying.find((pod) => pod.name === name);
    return surveyPods({
      run: this.run,
      prepared: this.#prepared,
      pods: this.#pods.staying.map((pod) => pod.asObject),
      logs: this.#pods.logs,
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
    writeDeployment(folder, this.#prepared, this.#pods.logs);
    writeLog(folder, 'events', this.#pods.all.flatMap(({ events }) => events).sort());
    writeLog(
      folder,
      'edge',
      this.#surround.edgeLog.map((entry) => JSON.stringify(entry)),
    );
  }

  async close(): Promise<void> {
    await this.#pods.kill();
    await this.#surround.closed();
  }

  get #changer(): Changer {
    const pods = this.#pods;
    return {
      put: async (object) => pods.objects.put(object),
      hurry: async () => {
        for (const pod of pods.staying) pod.refreshVolumes();
      },
      fluentdLog: () => this.fluentdLog(),
      until: (condition, withinMs) => pods.until(condition, withinMs),
      rollOut: () => pods.rollOut(),
    };
  }

  #assertHopeful(): void {
    this.assertAlive();
    const { application, fluentd } = this.#prepared.anatomy;
    const pods = this.#pods.staying.map(({ asObject }) => asObject);
    const found = hopelessIn(pods, [fluentd.name, application.name], this.#stood);
    if (found) throw notComingUp(found, this.#pods.linesOf(found.container));
  }

  /** Whether the fluentd that runs in a pod now has said so of the file. */
  #follows(pod: Pod, file: string): boolean {
    const id = statusOf(pod.asObject, this.#prepared.anatomy.fluentd.name)?.containerID;
    return saysItFollows(this.#pods.linesOfLife(id), file);
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
