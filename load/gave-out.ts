import { formatBytes } from '../harness/core/duration.ts';
import type { GaveOut, LimitStage } from '../harness/core/load-results.ts';
import { METRICS, type Metric, type Sample } from '../harness/core/sample.ts';

/** What is known of a trial beside its samples. */
export interface TrialFacts {
  /** CPU limit of all sidecars together, and of all collectors, cores; undefined: none. */
  fluentdLimit: number | undefined;
  collectorLimit?: number | undefined;
  /** Spans, ms since the load's start, in which a planned fault kept the domain away: what the edge refuses then is the plan, not a limit. */
  away: { fromMs: number; toMs: number }[];
  /** The pods do not run on the machine of the harness: whether that is busy tells nothing of them. */
  elsewhere?: boolean;
  /** The application was not slower than asked by itself: it had nowhere to write. */
  diskFull: boolean;
  /** At the load's end no more was waiting than a few seconds' lines: no stage gave out, unless a buffer was full for a while. */
  keptUp: boolean;
}

/** Readings in a row that make a limit: one alone is a hiccup. */
const SUSTAINED = 2;

/** A sign that a stage is at its limit, in one reading. */
interface Sign {
  stage: LimitStage;
  metric: Metric;
  /** Compares with the reading before where there is one. */
  at(sample: Sample, before: Sample | undefined): boolean;
  /** Holds while the domain is kept away on purpose, too. */
  evenAway?: boolean;
}

/**
 * Looked at from the domain backwards: a stage that gives out fills what is before it, so of all stages at their limit the one nearest to the domain
 * is the cause. Only the application's own lateness goes before all: then nothing else was put to the test.
 */
function signs({ fluentdLimit, collectorLimit, diskFull, elsewhere }: TrialFacts): Sign[] {
  const above = (metric: Metric, limit: number) => (sample: Sample) => (sample.values[metric] ?? 0) >= limit;
  const rises = (metric: Metric) => (sample: Sample, before: Sample | undefined) =>
    (sample.values[metric] ?? 0) > (before?.values[metric] ?? Number.POSITIVE_INFINITY);
  const atLimit = (part: 'fluentd' | 'collector', limit: number | undefined) => (sample: Sample) =>
    (sample.values[`${part}.throttled`] ?? 0) >= 0.5 ||
    (limit !== undefined && (sample.values[`${part}.cpu`] ?? 0) >= 0.9 * limit);
  const late = (sample: Sample) =>
    (sample.values['behind.lines'] ?? 0) > 0.5 * (sample.values['offered.lines'] ?? Number.POSITIVE_INFINITY);
  return [
    { stage: diskFull ? 'buffer' : 'writer', metric: 'behind.lines', at: late, evenAway: true },
    { stage: 'write thread pool', metric: 'engine.writeRejected', at: rises('engine.writeRejected') },
    { stage: 'edge', metric: 'edge.limited', at: above('edge.limited', 0.5) },
    { stage: 'edge', metric: 'edge.refused', at: above('edge.refused', 0.5) },
    { stage: 'collector CPU', metric: 'collector.cpu', at: atLimit('collector', collectorLimit) },
    { stage: 'buffer', metric: 'fluentd.bufferShare', at: above('fluentd.bufferShare', 0.97), evenAway: true },
    { stage: 'fluentd CPU', metric: 'fluentd.cpu', at: atLimit('fluentd', fluentdLimit) },
    { stage: 'engine', metric: 'engine.writeQueue', at: above('engine.writeQueue', 10) },
    { stage: 'host CPU', metric: 'host.cpu', at: (sample) => !elsewhere && above('host.cpu', 0.95)(sample) },
    { stage: 'redis', metric: 'redis.cpu', at: above('redis.cpu', 0.95) },
    { stage: 'fluentd', metric: 'fluentd.unread', at: rises('fluentd.unread') },
  ];
}

/**
 * The stage that gave out first, with the readings that say so; the others at their limit are named after it. null where none was at a limit.
 * `samples`: of the measured time, in order.
 */
export function gaveOut(samples: readonly Sample[], facts: TrialFacts): GaveOut | null {
  const isAway = ({ atMs }: Sample) => facts.away.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs + 2000);
  const found: { stage: LimitStage; words: string }[] = [];
  for (const sign of signs(facts)) {
    if (facts.keptUp && sign.stage !== 'buffer') continue;
    if (found.some(({ stage }) => stage === sign.stage)) continue;
    const at = samples.filter((sample, i) => (sign.evenAway || !isAway(sample)) && sign.at(sample, samples[i - 1]));
    if (longestRun(samples, at) < SUSTAINED) continue;
    const readings = at.flatMap(({ values }) => values[sign.metric] ?? []);
    const first = (at[0]!.atMs / 1000).toFixed(0);
    found.push({
      stage: sign.stage,
      words: `${sign.metric} up to ${withUnit(Math.max(...readings), sign.metric)} in ${at.length} of ${samples.length} readings, first after ${first} s (${METRICS[sign.metric].what})`,
    });
  }
  const [cause, ...others] = found;
  if (!cause) return null;
  return {
    stage: cause.stage,
    evidence: [cause.words, ...others.map(({ stage, words }) => `${stage} was at its limit as well: ${words}`)],
  };
}

function longestRun(samples: readonly Sample[], at: readonly Sample[]): number {
  const chosen = new Set(at);
  let longest = 0;
  let run = 0;
  for (const sample of samples) {
    run = chosen.has(sample) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

function withUnit(value: number, metric: Metric): string {
  const { unit } = METRICS[metric];
  if (unit === 'bytes') return formatBytes(value);
  if (unit === 'share') return `${Math.round(value * 100)} %`;
  return `${value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2)} ${unit}`;
}
