import type { Facts } from '../harness/core/facts.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { outageThatFills } from '../harness/faults/outage-that-fills.ts';

export default defineScenario({
  title: 'loses nothing that the application could write while the log volume was full, and goes on by itself',
  why: 'log and buffer share a disk: what the file buffer cannot write goes to @ERROR, on the same disk, and counts as read. The set-up of 2020 buffers in memory, which fills no disk',
  rows: [19],
  setting: '`@type waiting_file`; `total_limit_size` and `sizeLimit` that fit together',
  asWritten: 'either',
  needs: ['cluster'],
  // 20 MiB of log and, while the domain is away, as much of buffer, on 24 MiB.
  setup: { disk: '24MiB' },
  load: { linesPerSecond: 1000, for: '20s', bytes: '1KiB' },
  faults: [outageThatFills('disk', '1s', '14s')],
  checks: [theApplicationWaited],
});

/** What the application saw of it: writes that were refused, then taken. */
function theApplicationWaited({ blocked }: Facts): string[] {
  return blocked.some(({ error }) => error === 'ENOSPC')
    ? []
    : ['the application never found the disk full: expected a time with ENOSPC in its ledger'];
}
