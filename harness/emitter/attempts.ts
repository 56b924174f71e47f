/** Wait after a failure, ms: at first, doubling, at most; and the least between two complaints. */
const BACK_OFF_MS = { first: 50, most: 2000, complaint: 10_000 };

/** A time, ms since the epoch, in which something failed at each try, and the operating system's word for it, such as ENOSPC. */
export interface Blockage {
  from: number;
  to: number;
  error: string;
}

/** Does what may fail, such as writing to a full disk: what failed may be tried again after a while that doubles. */
export class Attempts {
  readonly #subject: string;
  readonly #warn: (text: string) => void;
  readonly #overcome: (blockage: Blockage) => void;
  #failures = 0;
  #error = '';
  #since = 0;
  #retryAt = 0;
  #saidAt = 0;

  /** `overcome` is told of each row of failures once it is over. */
  constructor(subject: string, warn: (text: string) => void, overcome: (blockage: Blockage) => void) {
    this.#subject = subject;
    this.#warn = warn;
    this.#overcome = overcome;
  }

  /** Whether the wait after a failure is not over. */
  blocked(now: number): boolean {
    return now < this.#retryAt;
  }

  /** Whether the action came to its end; a failure is complained about, `what` being the verb. */
  make(what: string, action: () => void): boolean {
    try {
      action();
    } catch (error) {
      this.#failed(what, error as Error, Date.now());
      return false;
    }
    if (this.#failures > 0 && this.#saidAt >= this.#since) {
      this.#warn(`can ${what} ${this.#subject} again, after ${Date.now() - this.#since} ms`);
    }
    this.giveUp();
    return true;
  }

  /** No more will be tried: a row of failures is over. */
  giveUp(): void {
    if (this.#failures > 0) this.#overcome({ from: this.#since, to: Date.now(), error: this.#error });
    this.#failures = 0;
  }

  #failed(what: string, { message, code }: NodeJS.ErrnoException, now: number): void {
    if (this.#failures === 0) this.#since = now;
    this.#error = code ?? message;
    this.#retryAt = now + Math.min(BACK_OFF_MS.first * 2 ** this.#failures++, BACK_OFF_MS.most);
    if (now - this.#saidAt < BACK_OFF_MS.complaint) return;
    this.#saidAt = now;
    this.#warn(`cannot ${what} ${this.#subject}: ${message}; trying again until it works`);
  }
}
