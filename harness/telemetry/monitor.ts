import type { PartReading } from '../core/reading.ts';

type MonitorReading = Pick<PartReading, 'bufferBytes' | 'bufferShare' | 'queuedChunks' | 'retries' | 'slowFlushes'>;

interface Output {
  buffer_total_queued_size?: number | null;
  buffer_queue_length?: number | null;
  /** Percent. */
  buffer_available_buffer_space_ratios?: number | null;
  retry_count?: number | null;
  slow_flush_count?: number | null;
}

/** What monitor_agent's `api/plugins.json` says of all outputs with a buffer; nothing where it is not to be understood. */
export function parseMonitor(json: string): MonitorReading {
  const outputs = pluginsIn(json).filter(({ buffer_queue_length }) => typeof buffer_queue_length === 'number');
  if (outputs.length === 0) return {};
  const sum = (name: keyof Output) => outputs.reduce((total, one) => total + (one[name] ?? 0), 0);
  const free = outputs.flatMap(({ buffer_available_buffer_space_ratios: ratio }) => ratio ?? []);
  return {
    bufferBytes: sum('buffer_total_queued_size'),
    queuedChunks: sum('buffer_queue_length'),
    retries: sum('retry_count'),
    slowFlushes: sum('slow_flush_count'),
    ...(free.length > 0 ? { bufferShare: (100 - Math.min(...free)) / 100 } : {}),
  };
}

function pluginsIn(json: string): Output[] {
  try {
    return JSON.parse(json).plugins ?? [];
  } catch {
    return [];
  }
}
