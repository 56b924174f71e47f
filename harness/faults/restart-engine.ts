import type { Fault } from '../core/fault.ts';

/** Stops the search engine's process and starts it again, as a change of the domain's configuration does. */
export function restartEngine(at: Fault['at']): Fault {
  return { name: 'restarting the engine', at, needs: ['engine'], inject: async ({ engine }) => engine?.restart() };
}
