import { pause, until } from '../core/condition.ts';
import { parseDuration } from '../core/duration.ts';
import type { Facts } from '../core/facts.ts';
import type { Fault, FaultContext, Trace } from '../core/fault.ts';
import type { FaultSpan } from '../core/watch.ts';

/** Injects faults when their time has come, and remembers what each left behind. */
export class FaultTimeline {
  readonly #faults: readonly Fault[];
  readonly #context: FaultContext;
  readonly #traces: { fault: string; trace: Trace; lasts: FaultSpan | undefined }[] = [];
  /** By the object that both halves of a lasting fault share. */
  readonly #begun = new Map<object, FaultSpan>();
  /** When each fault that was injected was in force, in order; a lasting one is one. */
  readonly spans: FaultSpan[] = [];

  constructor(faults: readonly Fault[], context: FaultContext) {
    this.#faults = faults;
    this.#context = context;
  }

  /** Injects, one after another, the faults of a phase. */
  async run(phase: 'before' | 'after'): Promise<void> {
    for (const fault of this.#faults.filter(({ at }) => at === phase)) await this.#inject(fault);
  }

  /**
   * Injects the timed faults, each at its time, counted from the first record's due time. Once `enough` is aborted, what has begun is ended at once and
   * nothing more begins.
   */
  async runTimed(enough?: AbortSignal): Promise<void> {
    const timed = this.#faults.filter(({ at }) => at !== 'before' && at !== 'after');
    if (timed.length === 0) return;
    const zero = await this.#firstDue();
    const signals = [this.#context.signal, enough].filter((one) => one !== undefined);
    await Promise.all(
      timed.map(async (fault) => {
        const waitMs = Math.max(0, zero + parseDuration(fault.at as never) - Date.now());
        await pause(waitMs, AbortSignal.any(signals)).catch(() => this.#context.signal.throwIfAborted());
        if (!enough?.aborted || this.#hasBegun(fault)) await this.#inject(fault);
      }),
    );
  }

  async traces(): Promise<Facts['traces']> {
    return Promise.all(
      this.#traces.map(async ({ fault, trace, lasts }) => {
        if (typeof trace !== 'function') return { fault, trace };
        const found = await trace();
        if (lasts) lasts.to = Date.now();
        return { fault, trace: found };
      }),
    );
  }

  #hasBegun({ half }: Fault): boolean {
    return half?.is === 'end' && this.#begun.has(half.of);
  }

  async #inject(fault: Fault): Promise<void> {
    this.#context.say(fault.name);
    const span = this.#spanOf(fault);
    const trace = await fault.inject(this.#context);
    // One that stays until all has drained is undone when it is asked for its trace.
    const stays = !fault.half && typeof trace === 'function';
    if (!stays && fault.half?.is !== 'begin') span.to = Date.now();
    this.#traces.push({ fault: fault.name, trace, lasts: stays ? span : undefined });
  }

  /** The end of a lasting fault has that of its beginning. */
  #spanOf({ name, half }: Fault): FaultSpan {
    const begun = half && this.#begun.get(half.of);
    if (begun) return begun;
    const span: FaultSpan = { label: name, from: Date.now(), to: undefined };
    this.spans.push(span);
    if (half) this.#begun.set(half.of, span);
    return span;
  }

  #firstDue(): Promise<number> {
    const { book } = this.#context.deployment;
    return until(
      {
        name: 'the first record to be due',
        look: () => {
          const [first] = [...book.streams.values()].flatMap(({ paces }) => paces.map(({ at }) => at));
          return first === undefined ? { met: false, saw: 'no pace in the ledger' } : { met: true, value: first };
        },
      },
      { withinMs: 120_000, everyMs: 50, signal: this.#context.signal },
    );
  }
}
