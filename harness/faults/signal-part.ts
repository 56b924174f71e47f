import type { Fault } from '../core/fault.ts';
import type { Role, Signal } from '../core/target.ts';

const NAMES: Record<Role, string> = { collector: 'the central collector', queue: 'Redis' };

/** Sends a signal to the process of one pod of a topology's part; the trace is how it ended and that the part is ready again. */
export function signalPart(role: Role, signal: Signal, at: Fault['at']): Fault {
  return {
    name: `${signal} to ${NAMES[role]}`,
    at,
    needs: ['cluster', role],
    inject: ({ deployment }) => deployment.signalPart(role, signal),
  };
}
