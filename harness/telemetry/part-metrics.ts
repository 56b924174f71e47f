import type { PartName, PartReading } from '../core/reading.ts';
import type { Sample } from '../core/sample.ts';
import type { Rates } from './rates.ts';

type Values = Sample['values'];

/**
 * Metrics of the parts from their containers' readings. A part of which one container is silent has no sums: they would be too little. What is known only now and then
 * (the volume's bytes) counts as long as it is the newest.
 */
export function partMetrics(readings: readonly PartReading[], silent: ReadonlySet<PartName>, rates: Rates): Values {
  const values: Values = {};
  // Every counter is told to the rates, whether or not it counts today.
  const moves = readings.map((reading) => ({ reading, ...movementOf(reading, rates) }));
  const of = (part: PartName) => moves.filter(({ reading }) => reading.part === part);
  const whole = (part: PartName, numbers: (number | undefined)[], fold: (all: number[]) => number) => {
    const known = numbers.filter((one) => one !== undefined);
    return silent.has(part) || known.length === 0 || known.length < numbers.length ? undefined : fold(known);
  };
  const sum = (part: PartName, name: keyof PartReading) =>
    whole(
      part,
      of(part).map(({ reading }) => reading[name] as number | undefined),
      total,
    );
  const most = (part: PartName, name: keyof PartReading) =>
    whole(
      part,
      of(part).map(({ reading }) => reading[name] as number | undefined),
      highest,
    );
  for (const part of ['application', 'fluentd', 'collector', 'redis'] as const) {
    const cpu = of(part).map((one) => one.cpu);
    put(values, `${part}.cpu`, whole(part, cpu, total));
  }
  for (const part of ['fluentd', 'collector'] as const) {
    const throttled = of(part).map((one) => one.throttled);
    put(values, `${part}.throttled`, whole(part, throttled, highest));
    put(values, `${part}.memory`, sum(part, 'memoryBytes'));
    put(values, `${part}.buffer`, sum(part, 'bufferBytes'));
  }
  put(values, 'fluentd.unread', sum('fluentd', 'unreadBytes'));
  put(values, 'fluentd.bufferShare', most('fluentd', 'bufferShare'));
  put(values, 'fluentd.queue', sum('fluentd', 'queuedChunks'));
  put(values, 'fluentd.retries', sum('fluentd', 'retries'));
  put(values, 'fluentd.slowFlushes', sum('fluentd', 'slowFlushes'));
  put(values, 'volume.used', most('fluentd', 'volumeBytes'));
  put(values, 'redis.memory', sum('redis', 'usedMemoryBytes'));
  put(values, 'redis.entries', sum('redis', 'entries'));
  return values;
}

/** Puts a value where there is one. */
export function put(values: Values, metric: keyof Values, value: number | undefined): void {
  if (value !== undefined && !Number.isNaN(value)) values[metric] = value;
}

/** CPU in cores, and the share of periods that were throttled; a part without a limit has no periods and is never throttled. */
function movementOf(reading: PartReading, rates: Rates): { cpu: number | undefined; throttled: number | undefined } {
  const { source, uptimeSeconds, at, cpuSeconds, periods, throttledPeriods } = reading;
  const atMs = uptimeSeconds === undefined ? at : uptimeSeconds * 1000;
  const ran = rates.perSecond(`${source} periods`, periods, atMs);
  const stopped = rates.perSecond(`${source} throttled`, throttledPeriods, atMs);
  return {
    cpu: rates.perSecond(`${source} cpu`, cpuSeconds, atMs),
    throttled: ran === undefined || stopped === undefined ? undefined : ran === 0 ? 0 : Math.min(1, stopped / ran),
  };
}

function total(numbers: number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

function highest(numbers: number[]): number {
  return Math.max(...numbers);
}
