import type { BufferState } from '../../core/target.ts';

interface MonitoredPlugin {
  output_plugin?: boolean;
  buffer_queue_length?: number | null;
  buffer_total_queued_size?: number | null;
  buffer_stage_length?: number | null;
  retry_count?: number | null;
  retry?: Record<string, unknown> | null;
}

/**
 * What fluentd holds: from monitor_agent's `api/plugins.json` where the pipeline has one, otherwise from its log, which tells of retries but not
 * of the buffer's size. Of retries the log tells beside monitor_agent too, which keeps them to itself from fluentd 1.20 on, unless `include_retry` is set.
 */
export function bufferState(pluginsJson: string | undefined, log: readonly string[]): BufferState {
  const plugins = pluginsJson === undefined ? undefined : parse(pluginsJson);
  if (plugins) {
    const outputs = plugins.filter(({ buffer_queue_length }) => typeof buffer_queue_length === 'number');
    const bytes = sum(outputs.map(({ buffer_total_queued_size }) => buffer_total_queued_size));
    const chunks =
      sum(outputs.map(({ buffer_queue_length }) => buffer_queue_length)) +
      sum(outputs.map(({ buffer_stage_length }) => buffer_stage_length));
    const empty = bytes === 0 && chunks === 0;
    // A log says nothing of a chunk that another life of fluentd delivered: what is empty retries nothing.
    const retrying =
      outputs.some(({ retry }) => retry && Object.keys(retry).length > 0) || (!empty && lastFailure(log) !== undefined);
    return {
      empty,
      retrying,
      saw: `${chunks} chunks, ${bytes} B buffered${retrying ? ', retrying' : ''}`,
    };
  }
  const failure = lastFailure(log);
  return {
    empty: undefined,
    retrying: failure !== undefined,
    saw: failure ? `retrying: ${failure}` : 'fluentd does not tell what it buffers, and is not retrying',
  };
}

/** The line that tells of the newest failure to flush; undefined where a retry has succeeded since. */
function lastFailure(log: readonly string[]): string | undefined {
  const last = log.findLast((line) => /failed to flush the buffer|retry succeeded/.test(line));
  return last?.includes('failed to flush') ? last : undefined;
}

/** What several fluentds hold. None at all: nothing is held, and nothing known. */
export function together(states: readonly BufferState[]): BufferState {
  if (states.length === 0) return { empty: undefined, retrying: false, saw: 'no fluentd runs' };
  const told = states.every(({ empty }) => empty !== undefined);
  return {
    empty: states.some(({ empty }) => empty === false) ? false : told ? true : undefined,
    retrying: states.some(({ retrying }) => retrying),
    saw: states.map(({ saw }) => saw).join('; '),
  };
}

function parse(json: string): MonitoredPlugin[] | undefined {
  try {
    return JSON.parse(json).plugins;
  } catch {
    return undefined;
  }
}

function sum(values: (number | null | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
