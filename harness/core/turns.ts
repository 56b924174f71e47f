/** Work that runs side by side with its like, and work that nothing else of either kind may run beside. */
export class Turns {
  /** Resolved once the newest of those that run alone is over. */
  #alone: Promise<unknown> = Promise.resolve();
  /** How many run alone or wait to. */
  #pending = 0;
  readonly #besides = new Set<Promise<unknown>>();

  /** Runs work beside its like, once nothing runs alone or waits to. */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    while (this.#pending > 0) await this.#alone;
    const running = work();
    this.#besides.add(running);
    return running.finally(() => this.#besides.delete(running));
  }

  /** Runs work alone, once all that began before is over. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#alone;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#alone = promise;
    this.#pending++;
    try {
      await before;
      await Promise.allSettled(this.#besides);
      return await work();
    } finally {
      this.#pending--;
      resolve();
    }
  }
}
