import type { DurationLiteral } from './duration.ts';
import type { Capability, Deployment, DomainControl, EngineControl } from './target.ts';

/** What a fault may touch. */
export interface FaultContext {
  deployment: Deployment;
  /** The edge's controls; undefined where the domain is a real one. */
  domain: DomainControl | undefined;
  /** The engine behind it, where it is ours. */
  engine: EngineControl | undefined;
  signal: AbortSignal;
  /** Progress, in a few words. */
  say(what: string): void;
}

/** What a fault left behind, or undefined: then nothing was proven. A function is asked once the run has drained. */
export type Trace = string | undefined | (() => Promise<string | undefined>);

/** Something done to the pipeline. */
export interface Fault {
  /** What is done, as the report words it. */
  name: string;
  /** When, counted from the first record's due time. `before`: as soon as the pipeline is up. `after`: when the load is written. */
  at: DurationLiteral | 'before' | 'after';
  /** What it needs of the target; where that is not to be had, the scenario is skipped, with the reason. */
  needs?: readonly Capability[];
  inject(context: FaultContext): Promise<Trace>;
  /** One half of a lasting fault, by an object that both halves share. */
  half?: { of: object; is: 'begin' | 'end' };
}

/** Something done to the pipeline that is undone later. */
export interface LastingFault {
  name: string;
  needs?: readonly Capability[];
  begin(context: FaultContext): Promise<Trace>;
  /** Undoes it and returns the trace, which is what the fault did while it lasted. */
  end(context: FaultContext): Promise<Trace>;
}

/** A fault that lasts: `begin` at `from`, `end` at `until`, counted as {@link Fault.at} says. */
export function during(from: Fault['at'], until: Fault['at'], lasting: LastingFault): Fault[] {
  const of = {};
  return [
    {
      ...named(lasting, lasting.name),
      at: from,
      inject: (context) => lasting.begin(context),
      half: { of, is: 'begin' },
    },
    {
      ...named(lasting, `${lasting.name}: over`),
      at: until,
      inject: (context) => lasting.end(context),
      half: { of, is: 'end' },
    },
  ];
}

/** A fault that is there before the first record and stays until all has drained. */
export function throughout(lasting: LastingFault): Fault {
  return {
    ...named(lasting, lasting.name),
    at: 'before',
    async inject(context) {
      await lasting.begin(context);
      return async () => {
        const trace = await lasting.end(context);
        return typeof trace === 'function' ? trace() : trace;
      };
    },
  };
}

function named({ needs }: LastingFault, name: string): Pick<Fault, 'name' | 'needs'> {
  return { name, ...(needs ? { needs } : {}) };
}
