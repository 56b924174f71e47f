import type { Fault } from '../core/fault.ts';
import { signalPart } from './signal-part.ts';

/** Kills the central collector (one of them, where there are several), with what it holds in its buffer and has not acknowledged. */
export function killCollector(at: Fault['at']): Fault {
  return signalPart('collector', 'SIGKILL', at);
}
