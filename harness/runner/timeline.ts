import { pause, until } from '../core/condition.ts';
import { parseDuration } from '../core/duration.ts';
import type { Facts } from '../core/facts.ts';
import type { Fault, FaultContext, Trace } from '../core/fault.ts';

/** Injects faults when their time has come, and remembers what each left behind. */
export class FaultTimeline {
  readonly #faults: readonly Fault[];
  readonly #context: FaultContext;
  readonly #traces: { fault: string; trace: Trace }[] = [];

  constructor(faults: readonly Fault[], context: FaultContext) {
    this.#faults = faults;
    this.#context = context;
  }

  /** Injects, one after another, the faults of a phase. */
  async run(phase: 'before' | 'after'): Promise<void> {
    for (const fault of this.#faults.filter(({ at }) => at === phase)) await this.#inject(fault);
  }

  /** Injects the timed faults, each at its time, counted from the first record's due time. */
  async runTimed(): Promise<void> {
    const timed = this.#faults.filter(({ at }) => at !== 'before' && at !== 'after');
    if (timed.length === 0) return;
    const zero = await this.#firstDue();
    await Promise.all(
      timed.map(async (fault) => {
        await pause(Math.max(0, zero + parseDuration(fault.at as never) - Date.now()), this.#context.signal);
        await this.#inject(fault);
      }),
    );
  }

  async traces(): Promise<Facts['traces']> {
    return Promise.all(
      this.#traces.map(async ({ fault, trace }) => ({
        fault,
        trace: typeof trace === 'function' ? await trace() : trace,
      })),
    );
  }

  async #inject(fault: Fault): Promise<void> {
    this.#context.say(fault.name);
    this.#traces.push({ fault: fault.name, trace: await fault.inject(this.#context) });
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
