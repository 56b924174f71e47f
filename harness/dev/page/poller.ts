import { pause } from '../../core/condition.ts';
import type { Reading } from './messages.ts';

/** Between the beginnings of two readings, ms. */
const EVERY_MS = 1000;
/** A reading that takes longer says so in place of an old figure, ms. */
const STALE_MS = 5000;
/** A reading that takes longer than this is given up, and tried anew, ms. */
const GIVEN_UP_MS = 15_000;

/** Reads one thing again and again while it is wanted, each as fast as it can and at most once a second: what is slow holds nothing else up. */
export class Poller<Figures> {
  readonly #name: string;
  readonly #read: () => Promise<Figures>;
  readonly #everyMs: number;
  #latest: { value: Reading<Figures>; at: number } | undefined;
  #since = 0;

  /** `name` completes "waiting for …". */
  constructor(name: string, read: () => Promise<Figures>, everyMs = EVERY_MS) {
    this.#name = name;
    this.#read = read;
    this.#everyMs = everyMs;
  }

  /** Reads until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.#since = performance.now();
    this.#latest = undefined;
    while (!signal.aborted) {
      const began = performance.now();
      const value = await this.#readInTime();
      this.#latest = { value, at: performance.now() };
      await pause(Math.max(0, this.#everyMs - (performance.now() - began)), signal).catch(() => {});
    }
  }

  async #readInTime(): Promise<Reading<Figures>> {
    const inTime = new AbortController();
    const late = pause(GIVEN_UP_MS, inTime.signal).catch(() => {});
    const gaveUp = { trouble: `no answer from ${this.#name} within ${GIVEN_UP_MS / 1000}s` };
    const reading = this.#read().catch((error: Error) => ({ trouble: error.message }));
    const value = await Promise.race([reading, late.then(() => gaveUp)]);
    inTime.abort();
    return value;
  }

  /** The newest reading; none while the first is awaited. */
  get latest(): Reading<Figures> {
    const now = performance.now();
    const at = this.#latest?.at ?? this.#since;
    if (now - at > this.#everyMs + STALE_MS)
      return { trouble: `still waiting for ${this.#name}, for ${Math.round((now - at) / 1000)}s` };
    return this.#latest?.value ?? { trouble: `waiting for ${this.#name}` };
  }
}
