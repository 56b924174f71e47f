/** Turns counters into rates, by the real time between two readings. */
export class Rates {
  readonly #last = new Map<string, { count: number; atMs: number }>();

  /**
   * What a counter rose by a second since its reading before; undefined for the first one, for one that is no later than the one before, and for one that fell: it
   * started anew. `atMs`: when it was read, by any clock that is the same each time.
   */
  perSecond(counter: string, count: number | undefined, atMs: number): number | undefined {
    if (count === undefined) return undefined;
    const last = this.#last.get(counter);
    if (last && atMs <= last.atMs) return undefined;
    this.#last.set(counter, { count, atMs });
    if (!last || count < last.count) return undefined;
    return ((count - last.count) * 1000) / (atMs - last.atMs);
  }
}
