/** What is read once a second while a load runs, with unit and source. A sum over all pods of a part, unless it says otherwise. */
export const METRICS = {
  'offered.lines': { unit: 'lines/s', what: 'lines that the profile asks for' },
  'written.lines': { unit: 'lines/s', what: 'lines that the applications wrote, by their ledger' },
  'accepted.lines': { unit: 'lines/s', what: 'items of bulks that the domain took, by the edge' },
  'searchable.lines': { unit: 'lines/s', what: 'records that a search finds' },
  'lag.lines': { unit: 'lines', what: 'written and not yet searchable' },
  'behind.lines': {
    unit: 'lines',
    what: 'due by the profile and not yet written when the ledger last told: the generator is late',
  },
  'application.cpu': { unit: 'cores', what: "the application's containers, cgroup" },
  'fluentd.cpu': { unit: 'cores', what: "the sidecars' containers, cgroup" },
  'fluentd.throttled': {
    unit: 'share',
    what: 'scheduling periods in which the sidecar that was throttled most had used up its CPU limit',
  },
  'fluentd.memory': { unit: 'bytes', what: 'working set of the sidecars, cgroup' },
  'fluentd.unread': { unit: 'bytes', what: 'in the log files behind the position that fluentd has noted' },
  'fluentd.buffer': { unit: 'bytes', what: 'in the buffer of the output, monitor_agent' },
  'fluentd.bufferShare': { unit: 'share', what: 'of total_limit_size, the fullest of all, monitor_agent' },
  'fluentd.queue': { unit: 'chunks', what: 'queued for the output, monitor_agent' },
  'fluentd.retries': { unit: 'count', what: 'retries of the output so far, monitor_agent' },
  'fluentd.slowFlushes': {
    unit: 'count',
    what: 'flushes that took longer than slow_flush_log_threshold so far, monitor_agent',
  },
  'volume.used': { unit: 'bytes', what: 'on the log volume that is the fullest, du every few seconds' },
  'collector.cpu': { unit: 'cores', what: 'the central collectors, cgroup' },
  'collector.memory': { unit: 'bytes', what: 'working set of the central collectors, cgroup' },
  'collector.throttled': { unit: 'share', what: 'as fluentd.throttled' },
  'collector.buffer': { unit: 'bytes', what: 'in the buffer of the central collectors, monitor_agent' },
  'redis.cpu': { unit: 'cores', what: 'cgroup' },
  'redis.memory': { unit: 'bytes', what: 'used_memory of INFO' },
  'redis.entries': { unit: 'entries', what: 'XLEN of the stream' },
  'edge.requests': { unit: 'requests/s', what: 'requests that the edge answered' },
  'edge.bytes': { unit: 'bytes/s', what: 'bodies that the edge read' },
  'edge.refused': {
    unit: 'requests/s',
    what: 'requests that were refused whole, and items that were refused one by one; "409: is there" is no refusal',
  },
  'edge.limited': {
    unit: 'share',
    what: 'of the time in which the edge held a request back because of its byte limit; a limit that refuses is in edge.refused',
  },
  'engine.cpu': {
    unit: 'cores',
    what: "the engine's process, _nodes/stats; left out in a second for which the engine has no new reading",
  },
  'engine.heap': { unit: 'share', what: 'heap used, _nodes/stats' },
  'engine.writeQueue': { unit: 'requests', what: 'waiting in the write thread pool, _nodes/stats' },
  'engine.writeRejected': { unit: 'count', what: 'rejections of the write thread pool so far, _nodes/stats' },
  'engine.refresh': { unit: 'share', what: 'of the time spent in refreshes, _nodes/stats' },
  'engine.merge': { unit: 'share', what: 'of the time spent in merges, _nodes/stats' },
  'harness.cpu': { unit: 'cores', what: "the harness's own process" },
  'harness.delay': { unit: 'ms', what: 'event-loop delay of the harness, p99 of the second' },
  'host.cpu': { unit: 'share', what: 'of all cores busy, /proc/stat' },
  'host.steal': { unit: 'share', what: 'of all cores taken by other guests of the host, /proc/stat' },
} as const satisfies Record<string, { unit: string; what: string }>;

export type Metric = keyof typeof METRICS;

/** Readings of one moment. What could not be read, or is not there in this topology, is left out. */
export interface Sample {
  /** Name of the trial that it belongs to. */
  trial: string;
  /** Since the load's start, ms; below 0 before it. */
  atMs: number;
  values: Partial<Record<Metric, number>>;
}

/** Mean, 99th percentile (nearest rank) and highest value of a metric over samples; undefined where no sample has it. */
export interface MetricSummary {
  mean: number;
  p99: number;
  max: number;
}
