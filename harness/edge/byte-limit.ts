import { pause } from '../core/condition.ts';

/** What a limit asks the time of; a test puts its own in. `pause` rejects once the signal is aborted. */
export interface LimitClock {
  /** ms */
  now(): number;
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * A token bucket over bodies with a burst of one second: a body that is larger than the bucket goes when the bucket is full, and leaves it in debt.
 * Over any time T at most `bytesPerSecond × (T + 1 s)` and one body more come through.
 */
export class ByteLimit {
  readonly #bytesPerSecond: number;
  readonly #clock: LimitClock;
  readonly #lifted = new AbortController();
  #tokens: number;
  #at: number;
  /** Bodies that wait, the one whose turn it is included. */
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(bytesPerSecond: number, clock: LimitClock = { now: () => performance.now(), pause }) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
    this.#tokens = bytesPerSecond;
    this.#at = clock.now();
  }

  /** Takes a body's bytes if they fit now and nobody waits. */
  take(bytes: number): boolean {
    if (this.#lifted.signal.aborted) return true;
    if (this.#waiting > 0 || this.#missing(bytes) > 0) return false;
    this.#tokens -= bytes;
    return true;
  }

  /** Waits, in the order of the calls, until a body's bytes fit and takes them; a body whose sender is gone by then takes none. */
  async hold(bytes: number, gone: () => boolean): Promise<void> {
    const turn = this.#last.then(() => this.#wait(bytes, gone));
    this.#waiting++;
    this.#last = turn.finally(() => this.#waiting--);
    await turn;
  }

  /** Lets all go that wait, and holds nobody back any more. */
  lift(): void {
    this.#lifted.abort();
  }

  async #wait(bytes: number, gone: () => boolean): Promise<void> {
    const { signal } = this.#lifted;
    while (!signal.aborted && !gone()) {
      const missing = this.#missing(bytes);
      if (missing <= 0) {
        this.#tokens -= bytes;
        return;
      }
      await this.#clock.pause(Math.ceil((missing * 1000) / this.#bytesPerSecond), signal).catch(() => {});
    }
  }

  /** Tokens that are wanting for a body, by now. */
  #missing(bytes: number): number {
    const now = this.#clock.now();
    const come = ((now - this.#at) * this.#bytesPerSecond) / 1000;
    this.#tokens = Math.min(this.#bytesPerSecond, this.#tokens + come);
    this.#at = now;
    return Math.min(bytes, this.#bytesPerSecond) - this.#tokens;
  }
}
