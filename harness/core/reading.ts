/** Parts of a pipeline whose containers are read. */
export type PartName = 'application' | 'fluentd' | 'collector' | 'redis';

/** One reading of one container. What could not be read is left out. */
export interface PartReading {
  part: PartName;
  /** One life of one container: counters of another start anew. */
  source: string;
  /** When it came, ms since the epoch. */
  at: number;
  /** The node's clock when it was taken, s: rates count by it. */
  uptimeSeconds?: number;
  /** CPU used so far. */
  cpuSeconds?: number;
  /** Scheduling periods so far in which it ran, and those in which it was throttled; none without a CPU limit. */
  periods?: number;
  throttledPeriods?: number;
  /** Working set: memory without what the kernel can take back at once. */
  memoryBytes?: number;
  /** In log files behind the noted positions. */
  unreadBytes?: number;
  /** On the log volume. */
  volumeBytes?: number;
  /** By monitor_agent. `bufferShare`: of total_limit_size, the fullest output's, 0…1. */
  bufferBytes?: number;
  bufferShare?: number;
  queuedChunks?: number;
  retries?: number;
  slowFlushes?: number;
  /** By Redis. */
  usedMemoryBytes?: number;
  entries?: number;
}

/** Reads the containers of a deployment. */
export interface Gauges {
  /**
   * The newest reading of every container that runs, each with the time at which it came; waits for new ones, at most `withinMs`. `silent`: parts with
   * a container that runs and has not answered now; what is summed over them would be too little.
   */
  read(withinMs: number): Promise<{ readings: PartReading[]; silent: ReadonlySet<PartName> }>;
  /** Ends what reads in the containers. */
  stop(): Promise<void>;
}
