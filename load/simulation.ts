/** What one pod sends, and how the domain serves it. */
export interface FanIn {
  pods: number;
  /** Of one pod. */
  linesPerSecond: number;
  /** Time between two flushes of a pod, ms, and the most lines in one bulk. */
  flushIntervalMs: number;
  linesPerBulk: number;
  /** Bulks that a pod sends side by side (flush_thread_count). */
  threads: number;
  /** A bulk takes the domain `perBulkMs + lines × perLineMs` of one of its `servers`, as measured. */
  perBulkMs: number;
  perLineMs: number;
  servers: number;
}

export interface FanInResult {
  pods: number;
  /** Share of the domain's service time that is asked for; from 1 on it falls behind. */
  utilisation: number;
  linesPerBulk: number;
  bulksPerSecond: number;
  /** From the flush that sends a line until the domain has it, ms, of 99 % of the lines; infinite where the domain falls behind. */
  p99Ms: number;
}

/** Seconds that are simulated, and those at the start that are not counted. */
const SIMULATED_S = 60;
const WARM_UP_S = 10;

/**
 * Many pods that flush into one domain, as a discrete simulation over measured service times: each pod flushes at its own moment of the interval, its
 * bulks wait for a free thread of the pod, then for a free server of the domain, first come first served. The same numbers give the same result.
 */
export function simulateFanIn(fanIn: FanIn): FanInResult {
  const { pods, linesPerSecond, flushIntervalMs, perBulkMs, perLineMs, servers, threads } = fanIn;
  const perFlush = (linesPerSecond * flushIntervalMs) / 1000;
  const bulks = Math.max(1, Math.ceil(perFlush / fanIn.linesPerBulk));
  const lines = perFlush / bulks;
  const serviceMs = perBulkMs + lines * perLineMs;
  const bulksPerSecond = (pods * bulks * 1000) / flushIntervalMs;
  const utilisation = (bulksPerSecond * serviceMs) / 1000 / servers;
  const result = { pods, utilisation, linesPerBulk: lines, bulksPerSecond };
  if (utilisation >= 1) return { ...result, p99Ms: Number.POSITIVE_INFINITY };

  const arrivals: { at: number; pod: number }[] = [];
  for (let pod = 0; pod < pods; pod++)
    for (let at = phase(pod) * flushIntervalMs; at < SIMULATED_S * 1000; at += flushIntervalMs)
      for (let bulk = 0; bulk < bulks; bulk++) arrivals.push({ at, pod });
  arrivals.sort((a, b) => a.at - b.at);
  const free = new Float64Array(servers);
  const threadFree = Array.from({ length: pods }, () => new Float64Array(threads));
  const waits: number[] = [];
  for (const { at, pod } of arrivals) {
    const thread = earliest(threadFree[pod]!);
    const sent = Math.max(at, threadFree[pod]![thread]!);
    const server = earliest(free);
    const done = Math.max(sent, free[server]!) + serviceMs;
    free[server] = done;
    threadFree[pod]![thread] = done;
    if (at >= WARM_UP_S * 1000) waits.push(done - at);
  }
  waits.sort((a, b) => a - b);
  return { ...result, p99Ms: waits[Math.ceil(waits.length * 0.99) - 1]! };
}

/** The most pods at which the domain answers 99 % of the lines within `withinMs`; 0: not even one. */
export function mostPods(fanIn: Omit<FanIn, 'pods'>, withinMs: number, limit = 100_000): number {
  const bears = (pods: number) => simulateFanIn({ ...fanIn, pods }).p99Ms <= withinMs;
  // Beyond this many the service time asked for is more than there is: no need to simulate them.
  const { utilisation } = simulateFanIn({ ...fanIn, pods: 1 });
  let high = Math.min(limit, Math.ceil(1 / utilisation)) + 1;
  let low = 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (bears(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** 0…1, spread evenly over pods: the golden ratio's multiples. */
function phase(pod: number): number {
  return (pod * 0.6180339887498949) % 1;
}

function earliest(times: Float64Array): number {
  let best = 0;
  for (let i = 1; i < times.length; i++) if (times[i]! < times[best]!) best = i;
  return best;
}
