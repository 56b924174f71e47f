import { formatBytes } from '../../core/duration.ts';
import { broken, type Finding, type Trouble, well } from './finding.ts';
import type { LogLine } from './fluentd-log.ts';

interface Plugin {
  plugin_id?: string;
  buffer_queue_length?: number | null;
  buffer_stage_length?: number | null;
  buffer_total_queued_size?: number | null;
  /** Percent. */
  buffer_available_buffer_space_ratios?: number | null;
}

/** What monitor_agent tells of the fullest output's buffer. */
export interface BufferLook {
  /** No room for another chunk, or less than a twentieth of it all. */
  full: boolean;
  /** For people; empty where fluentd has no monitor_agent. */
  saw: string;
}

/** Free share of a buffer, percent, below which nothing more may fit into it: it refuses a chunk before its last byte is used. */
const FULL_BELOW = 5;

/** Reads `api/plugins.json`. */
export function readBuffer(monitor: unknown): BufferLook {
  const { plugins = [] } = (monitor ?? {}) as { plugins?: Plugin[] };
  const outputs = plugins.filter(({ buffer_queue_length }) => typeof buffer_queue_length === 'number');
  const free = (one: Plugin) => one.buffer_available_buffer_space_ratios ?? 100;
  const fullest = outputs.toSorted((a, b) => free(a) - free(b))[0];
  if (!fullest) return { full: false, saw: '' };
  const chunks = (fullest.buffer_queue_length ?? 0) + (fullest.buffer_stage_length ?? 0);
  const size = formatBytes(fullest.buffer_total_queued_size ?? 0);
  return {
    full: free(fullest) < FULL_BELOW,
    saw: `${fullest.plugin_id ?? 'output'}: ${chunks} chunks, ${size}, ${free(fullest)} % free`,
  };
}

export interface BufferEvidence {
  buffer: BufferLook;
  /** What fluentd said lately. */
  log: readonly LogLine[];
  /** Whether the probe was read: then there was room for it. */
  read: boolean;
  /** Why the output fails, if it does. */
  cause: Trouble | undefined;
}

/** Whether what was read has room in fluentd's buffer. A full one is seldom the cause: what keeps it from draining is told beside it. */
export function judgeBuffer({ buffer, log, read, cause }: BufferEvidence): Finding {
  const disk = log.findLast(({ text }) => /the disk is full|ENOSPC|No space left/.test(text));
  const overflow = log.findLast(({ text }) => /buffer overflow|buffer is full/.test(text));
  if (disk && !read)
    return broken('buffer', {
      problem: 'disk full',
      saw: 'the log volume is full: fluentd waits with reading',
      evidence: [`fluentd: ${disk.text.slice(0, 300)}`],
      mend: "make room on the log volume, or raise its sizeLimit above the log's files and total_limit_size together",
    });
  if (!buffer.full) return well('buffer', buffer.saw || 'fluentd does not tell (it has no monitor_agent)');
  return broken('buffer', {
    problem: 'buffer full',
    saw: `the buffer is full: ${buffer.saw}`,
    evidence: [
      ...(overflow ? [`fluentd: ${overflow.text.slice(0, 300)}`] : []),
      ...(cause ? [`it does not drain: ${cause.saw}`, ...cause.evidence] : []),
    ],
    mend: cause
      ? `${cause.mend}. It then drains by itself; total_limit_size says how long an outage it outlasts`
      : 'raise total_limit_size, or let it drain faster: flush_thread_count, a larger domain (npm run load says what is first to give out)',
  });
}
