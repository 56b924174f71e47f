import type { DevStack } from './stack.ts';

/** A stack that was just started, and what starts its Dashboards. */
export interface Started {
  stack: DevStack;
  /** Starts Dashboards beside it, whose image is here; the stack knows their address afterwards. */
  startDashboards(signal: AbortSignal): Promise<void>;
}
