import type { Fault } from '../core/fault.ts';
import type { Signal } from '../core/target.ts';

/** Sends a signal to the sidecar's process; the trace is how its container ended and that it runs again. */
export function signalFluentd(signal: Signal, at: Fault['at']): Fault {
  return { name: `${signal} to fluentd`, at, inject: ({ deployment }) => deployment.signalFluentd(signal) };
}
