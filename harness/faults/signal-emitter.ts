import type { Fault } from '../core/fault.ts';
import type { Signal } from '../core/target.ts';

/** Sends a signal to the application's process; the trace is how its container ended and that it runs again, or that it stands still or goes on. */
export function signalEmitter(signal: Signal, at: Fault['at']): Fault {
  return { name: `${signal} to the application`, at, inject: ({ deployment }) => deployment.signalEmitter(signal) };
}
