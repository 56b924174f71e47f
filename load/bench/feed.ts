import { until } from '../../harness/core/condition.ts';
import { EnvironmentError } from '../../harness/core/trouble.ts';
import type { EdgeBox } from './boxes.ts';
import type { Following } from './fluentd.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What a fluentd did with lines that were there at once: in all, and from the first answer of the domain to the last. */
export interface Fed {
  /** From the append of the first line to the acceptance of the last, s. */
  seconds: number;
  /** CPU time of fluentd for it, start-up apart, s. */
  cpuSeconds: number;
  /** Of the steady part, between the first look that saw records and the last. */
  linesPerSecond: number;
  bytesPerSecond: number;
}

/** Longest time in which no record comes, ms. */
const STANDSTILL_MS = 60_000;

/** Appends lines, a block when the last has been accepted, and waits until the edge has answered 201 for each. */
export async function feed(
  fluentd: { box: Pick<Following['box'], 'cpuSeconds'>; append: Following['append'] },
  edge: { admin: Pick<EdgeBox['admin'], 'clearCounters' | 'counters'> },
  blocks: readonly Buffer[],
  signal: AbortSignal,
): Promise<Fed> {
  await unlessAborted(edge.admin.clearCounters(), signal);
  const cpuBefore = await fluentd.box.cpuSeconds();
  const started = performance.now();
  let expected = 0;
  let first: Look | undefined;
  let last: Look = { at: started, lines: 0, bytes: 0 };
  for (const block of blocks) {
    fluentd.append(block);
    expected += linesIn(block);
    await until(
      {
        name: `the domain to accept ${expected} records`,
        look: async () => {
          const { itemStatuses, bytes, statuses } = await unlessAborted(edge.admin.counters(), signal);
          const lines = itemStatuses['201'] ?? 0;
          if (lines > last.lines) last = { at: performance.now(), lines, bytes };
          if (lines > 0) first ??= last;
          if (performance.now() - last.at > STANDSTILL_MS)
            throw new EnvironmentError(
              `no record for ${STANDSTILL_MS / 1000}s: ${lines} of ${expected}, ${JSON.stringify(statuses)}`,
            );
          return lines >= expected ? { met: true, value: undefined } : { met: false, saw: `${lines} records` };
        },
      },
      { withinMs: 600_000, everyMs: 50, signal },
    );
  }
  const cpuSeconds = (await fluentd.box.cpuSeconds()) - cpuBefore;
  const steady = (last.at - first!.at) / 1000;
  return {
    seconds: (last.at - started) / 1000,
    cpuSeconds,
    linesPerSecond: (last.lines - first!.lines) / steady,
    bytesPerSecond: (last.bytes - first!.bytes) / steady,
  };
}

interface Look {
  at: number;
  lines: number;
  bytes: number;
}

function linesIn(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) count++;
  return count;
}
