import type { V1Pod } from '@kubernetes/client-node';
import { type Condition, pause, until } from '../../core/condition.ts';
import { EnvironmentError } from '../../core/trouble.ts';
import type { Cluster } from './cluster.ts';
import { type LogEars, PodLogs } from './pod-logs.ts';
import { describePod } from './pod-state.ts';
import { SchedulerWords } from './scheduler-words.ts';

/** Between two looks at the pods, ms. */
const EVERY_MS = 150;

/** The pods of one run, kept fresh, and all that their containers say. */
export class Pods {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly logs: PodLogs;
  readonly #selector: string;
  readonly #signal: AbortSignal;
  readonly #slowness: number;
  readonly #words: SchedulerWords;
  readonly #watching = new AbortController();
  #now: readonly V1Pod[] = [];
  #watcher: Promise<void> = Promise.resolve();

  /** `signal` ends every wait of {@link until}; `slowness`: so many times longer than on a node of one's own it takes a pod to start. */
  constructor(cluster: Cluster, namespace: string, selector: string, ears: LogEars, signal: AbortSignal, slowness = 1) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.logs = new PodLogs(cluster, namespace, ears);
    this.#selector = selector;
    this.#signal = signal;
    this.#slowness = slowness;
    this.#words = new SchedulerWords(() => cluster.warnings(namespace));
  }

  /** As last seen, those that are being deleted included. */
  get now(): readonly V1Pod[] {
    return this.#now;
  }

  /** Those that nobody has deleted. */
  get staying(): readonly V1Pod[] {
    return this.#now.filter(({ metadata }) => !metadata?.deletionTimestamp);
  }

  start(): void {
    this.#watcher = this.#watch();
  }

  /** Looks no more, and stops following the logs. */
  async stop(): Promise<void> {
    this.#watching.abort();
    this.logs.stop();
    await this.#watcher;
  }

  /** Those of the run that the API server knows right now. */
  list(): Promise<V1Pod[]> {
    return this.cluster.pods(this.namespace, this.#selector);
  }

  /** Names of all that were seen to have a log, and of those that are there. */
  get names(): string[] {
    return [...this.logs.all().map(({ pod }) => pod), ...this.#now.map(({ metadata }) => metadata!.name!)];
  }

  /** All pods in words. */
  describe(): string {
    return this.#now.map(describePod).join('; ') || ['no pod', this.#words.noPod].filter(Boolean).join(': ');
  }

  /** Writes the time into an annotation of every pod that stays. */
  async annotate(annotation: string): Promise<void> {
    for (const { metadata } of this.staying) {
      const { name, namespace } = metadata!;
      const annotations = { [annotation]: new Date().toISOString() };
      await this.cluster.apply({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: name!, namespace: namespace!, annotations },
      });
    }
  }

  /** Waits at most `withinMs`, or as much longer as pods take here. */
  until<T>(condition: Condition<T>, withinMs: number, everyMs = 100): Promise<T> {
    return until(condition, { withinMs: withinMs * this.#slowness, everyMs, signal: this.#signal });
  }

  /** Waits until the logs of these pods are read to their ends; for pods that are gone. Throws where they do not end. */
  async drainLogs(names: readonly string[]): Promise<void> {
    if (await this.logs.drained(10_000, names)) return;
    throw new EnvironmentError(`the log of ${names.join(', ')} did not end with the pod`);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#watching;
    while (!signal.aborted) {
      const seen = await this.list().catch(() => this.#now);
      this.#now = await this.#words.into(seen);
      this.logs.see(this.#now);
      await pause(EVERY_MS, signal).catch(() => {});
    }
  }
}
