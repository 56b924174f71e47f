import type { Fault } from '../core/fault.ts';
import { signalPart } from './signal-part.ts';

/** Ends Redis, as a crash (`SIGKILL`) or as its own shutdown (`SIGTERM`); Kubernetes starts it again, with its append-only file if it has one. */
export function restartRedis(signal: 'SIGKILL' | 'SIGTERM', at: Fault['at']): Fault {
  return signalPart('queue', signal, at);
}
