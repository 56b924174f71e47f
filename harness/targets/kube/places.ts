import { type Condition, until } from '../../core/condition.ts';
import { EnvironmentError } from '../../core/trouble.ts';

/** Longest wait for pods that stay, beside the run, ms: then their place is lost to it. */
const LATE_WITHIN_MS = 600_000;

/** A place that a deployment has. */
export interface Place {
  index: number;
  /** Lets another deployment have it. Nothing happens where it was left already. */
  leave(): void;
  /** The same once pods that did not go in time are gone. `why`: what is still there, for people; told once. */
  leaveAfter(gone: Condition<void>, why: string): void;
}

interface Held {
  /** What stays in a place that was left. */
  why?: string;
  lost?: boolean;
}

/** Places for deployments side by side, by number. None is given out while pods of an earlier deployment are in it. */
export class Places {
  readonly #count: number;
  readonly #remark: (line: string) => void;
  readonly #held = new Map<number, Held>();
  readonly #ending = new AbortController();

  /** `remark` takes a line that stays. */
  constructor(count: number, remark: (line: string) => void) {
    this.#count = count;
    this.#remark = remark;
  }

  get idle(): boolean {
    return this.#held.size === 0;
  }

  /** Whether every place is lost: nothing can be deployed any more. */
  get lost(): boolean {
    return this.#held.size === this.#count && [...this.#held.values()].every(({ lost }) => lost);
  }

  /**
   * Takes a free place. Where pods keep one it waits for any: deployments are begun for all of them. Throws where all are taken by deployments that stand,
   * and {@link EnvironmentError} where all are lost.
   */
  take(signal: AbortSignal): Promise<Place> {
    const look = () => {
      const index = Array.from({ length: this.#count }, (_, i) => i).find((i) => !this.#held.has(i));
      if (index !== undefined) return { met: true as const, value: this.#give(index) };
      const saw = [...this.#held.values()].flatMap(({ why }) => why ?? []).join('; ');
      if (saw === '') throw new Error(`all ${this.#count} lanes are taken`);
      if (this.lost) throw new EnvironmentError(`no lane is left: ${saw}`);
      return { met: false as const, saw };
    };
    return until({ name: 'a free lane', look }, { withinMs: Number.POSITIVE_INFINITY, everyMs: 200, signal });
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#ending.abort();
  }

  #give(index: number): Place {
    const held: Held = {};
    this.#held.set(index, held);
    const free = () => {
      if (this.#held.get(index) === held) this.#held.delete(index);
    };
    return {
      index,
      leave: () => {
        if (held.why === undefined) free();
      },
      leaveAfter: (gone, why) => {
        held.why = why;
        this.#remark(`! ${why}; their lane is used again once they are gone`);
        const lose = () => {
          held.lost = true;
        };
        until(gone, { withinMs: LATE_WITHIN_MS, everyMs: 1000, signal: this.#ending.signal }).then(free, lose);
      },
    };
  }
}
