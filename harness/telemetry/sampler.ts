import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { pause } from '../core/condition.ts';
import type { Gauges } from '../core/reading.ts';
import type { Sample } from '../core/sample.ts';
import type { Deployment, Target } from '../core/target.ts';
import type { SearchablePoint, Watcher } from '../core/watch.ts';
import { engineMetrics } from './node-stats.ts';
import { partMetrics, put } from './part-metrics.ts';
import { Rates } from './rates.ts';
import { SearchableClock } from './searchable-clock.ts';
import { bookMetrics, OwnMachine, readEdge } from './sources.ts';

export interface SamplerOptions {
  /** Samples go into this file as they come, one JSON object a line; those from before the load once it has started. */
  file?: string;
  /** Called with each sample once the load has started. */
  onSample?: (sample: Sample) => void;
  /** Handed to the runner: aborted, the load ends early. */
  enough?: AbortSignal;
  everyMs?: number;
}

/** Longest wait for the parts to tell of themselves in the last sample, ms: nothing is due after it. */
const LAST_WITHIN_MS = 5000;

/** Reads a deployment under load once a second, from wherever each metric truly is. A reading that is late is marked by its real time. */
export class Sampler implements Watcher {
  readonly enough?: AbortSignal;
  readonly #deployment: Deployment;
  readonly #target: Target;
  readonly #trial: string;
  readonly #options: SamplerOptions;
  readonly #rates = new Rates();
  readonly #own = new OwnMachine(this.#rates);
  readonly #gauges: Gauges | undefined;
  readonly #clock: SearchableClock | undefined;
  readonly #stopping = new AbortController();
  /** `at`: ms since the epoch. */
  readonly #taken: { at: number; values: Sample['values'] }[] = [];
  #told = 0;
  #loadFrom: number | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(deployment: Deployment, target: Target, trial: string, options: SamplerOptions = {}) {
    const { run } = deployment;
    const { sink } = target;
    this.#deployment = deployment;
    this.#target = target;
    this.#trial = trial;
    this.#options = options;
    if (options.enough) this.enough = options.enough;
    this.#gauges = deployment.gauges?.();
    this.#clock = sink.searchable && new SearchableClock(() => sink.searchable!(run));
    if (options.file) mkdirSync(dirname(options.file), { recursive: true });
  }

  get searchable(): readonly SearchablePoint[] {
    return this.#clock?.points ?? [];
  }

  /** Returns itself, so that it can be started where it is made. */
  start(): this {
    this.#clock?.start();
    this.#running = this.#run();
    // A file that cannot be written fails the stop, and not the process.
    this.#running.catch(() => {});
    return this;
  }

  loadStarted(at: number): void {
    this.#loadFrom = at;
    this.#tell();
  }

  /** Takes a last sample and no more; all that were taken, oldest first. */
  async stop(): Promise<Sample[]> {
    this.#stopping.abort();
    try {
      await Promise.all([this.#running, this.#clock?.stop()]);
      await this.#take(LAST_WITHIN_MS);
    } finally {
      this.#own.stop();
      await this.#gauges?.stop();
    }
    // A load that never started: counted from the end.
    this.#loadFrom ??= Date.now();
    this.#tell();
    return this.#taken.map((one) => this.#sampleOf(one));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let due = performance.now();
    while (!signal.aborted) {
      await this.#take();
      // Open: seconds that were slept through are not made up for.
      due = Math.max(due + this.#everyMs, performance.now());
      await pause(Math.max(0, due - performance.now()), signal).catch(() => {});
    }
  }

  async #take(withinMs = this.#everyMs * 0.9): Promise<void> {
    const at = Date.now();
    this.#taken.push({ at, values: await this.#look(at, withinMs) });
    this.#tell();
  }

  get #everyMs(): number {
    return this.#options.everyMs ?? 1000;
  }

  async #look(at: number, withinMs: number): Promise<Sample['values']> {
    const { book, domain } = this.#deployment;
    const newest = this.#clock?.newest;
    const values = bookMetrics(book, at, newest?.count, this.#rates);
    if (newest) put(values, 'searchable.lines', this.#rates.perSecond('searchable', newest.count, newest.at));
    const [own, edge, engine, parts] = await Promise.all([
      this.#own.read(),
      readEdge(domain, this.#rates),
      this.#target.sink.nodeStats?.().catch(() => undefined),
      this.#gauges?.read(withinMs),
    ]);
    return {
      ...values,
      ...own,
      ...edge,
      ...engineMetrics(engine, this.#rates),
      ...(parts ? partMetrics(parts.readings, parts.silent, this.#rates) : {}),
    };
  }

  /** Tells of samples once the time that they count from is known. */
  #tell(): void {
    const { file, onSample } = this.#options;
    if (this.#loadFrom === undefined) return;
    for (; this.#told < this.#taken.length; this.#told++) {
      const sample = this.#sampleOf(this.#taken[this.#told]!);
      if (file) appendFileSync(file, `${JSON.stringify(sample)}\n`);
      onSample?.(sample);
    }
  }

  #sampleOf({ at, values }: { at: number; values: Sample['values'] }): Sample {
    return { trial: this.#trial, atMs: at - (this.#loadFrom ?? at), values };
  }
}
