import type { Sample } from '../core/sample.ts';
import { put } from './part-metrics.ts';
import type { Rates } from './rates.ts';

interface Node {
  timestamp?: number;
  /** Taken once a second at most, whoever asks: with a time of its own. */
  process?: { timestamp?: number; cpu?: { total_in_millis?: number } };
  jvm?: { mem?: { heap_used_in_bytes?: number; heap_max_in_bytes?: number } };
  thread_pool?: { write?: { queue?: number; rejected?: number } };
  indices?: { refresh?: { total_time_in_millis?: number }; merges?: { total_time_in_millis?: number } };
}

/** Metrics of the engine from `_nodes/stats` (OpenSearch 1 to 3, Elasticsearch 6.3 and later): sums over the nodes; of the heap the fullest. */
export function engineMetrics(stats: unknown, rates: Rates): Sample['values'] {
  const nodes = Object.entries((stats as { nodes?: Record<string, Node> } | undefined)?.nodes ?? {});
  const values: Sample['values'] = {};
  const sum = (numbers: (number | undefined)[]) =>
    numbers.length === 0 || numbers.includes(undefined)
      ? undefined
      : (numbers as number[]).reduce((total, one) => total + one, 0);
  /** Milliseconds a second, as a share of it. */
  const share = (name: string, of: (node: Node) => number | undefined, at = ({ timestamp }: Node) => timestamp) => {
    const moved = nodes.map(([id, node]) => rates.perSecond(`${id} ${name}`, of(node), at(node) ?? Number.NaN));
    const all = sum(moved);
    return all === undefined ? undefined : all / 1000;
  };
  put(
    values,
    'engine.cpu',
    share(
      'cpu',
      ({ process }) => process?.cpu?.total_in_millis,
      ({ process }) => process?.timestamp,
    ),
  );
  put(
    values,
    'engine.refresh',
    share('refresh', ({ indices }) => indices?.refresh?.total_time_in_millis),
  );
  put(
    values,
    'engine.merge',
    share('merge', ({ indices }) => indices?.merges?.total_time_in_millis),
  );
  const heaps = nodes.map(
    ([, { jvm }]) => (jvm?.mem?.heap_used_in_bytes ?? Number.NaN) / (jvm?.mem?.heap_max_in_bytes ?? 0),
  );
  if (heaps.length > 0) put(values, 'engine.heap', Math.max(...heaps));
  const write = nodes.map(([, { thread_pool }]) => thread_pool?.write);
  put(values, 'engine.writeQueue', sum(write.map((pool) => pool?.queue)));
  put(values, 'engine.writeRejected', sum(write.map((pool) => pool?.rejected)));
  return values;
}
