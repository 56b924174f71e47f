import { pause } from '../core/condition.ts';
import type { SearchablePoint } from '../core/watch.ts';

/**
 * How many documents a search finds, over time: asks again and again without a refresh, so that what it sees is what the engine does of itself. An engine
 * that nobody searches for 30 s stops to refresh (`index.search.idle.after`); one that is watched does not.
 */
export class SearchableClock {
  /** Oldest first; a point is added only where the count changed. */
  readonly points: SearchablePoint[] = [];
  readonly #count: () => Promise<number>;
  readonly #everyMs: number;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** `everyMs`: the resolution. A probe that takes longer is followed by the next at once. */
  constructor(count: () => Promise<number>, everyMs = 250) {
    this.#count = count;
    this.#everyMs = everyMs;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** The newest count, and when it was true; undefined before the first. */
  get newest(): SearchablePoint | undefined {
    return this.#newest;
  }
  #newest: SearchablePoint | undefined;

  /** Probes a last time. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#probe();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let due = performance.now();
    while (!signal.aborted) {
      await this.#probe();
      due = Math.max(due + this.#everyMs, performance.now());
      await pause(Math.max(0, due - performance.now()), signal).catch(() => {});
    }
  }

  async #probe(): Promise<void> {
    // An engine that is away for a moment tells nothing.
    const count = await this.#count().catch(() => undefined);
    if (count === undefined) return;
    this.#newest = { at: Date.now(), count };
    if (count !== (this.points.at(-1)?.count ?? 0)) this.points.push(this.#newest);
  }
}
