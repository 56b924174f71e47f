import { outageThatFills } from '../../harness/faults/outage-that-fills.ts';
import type { Measured, Question } from '../context.ts';
import { bands, curve, ms, steady, waitingChart } from '../words.ts';

/** What the application feels: a full buffer first, then a full disk. */
export const backPressure: Question = {
  number: 8,
  title: 'Back-pressure on the application',
  takesMs: 60_000,
  inTurn: 1,
  podsAtOnce: 3,
  edge: true,
  async ask(context) {
    const load = { ...steady(1000, 20, 1024), bytes: '1KiB' as const };
    const [buffer, disk] = (await context.besides([
      {
        name: 'back-pressure-buffer',
        load,
        warmUpMs: 0,
        changes: { parameters: { total_limit_size: '4m' } },
        faults: [outageThatFills('buffer', '2s', '12s')],
        drainWithinMs: 60_000,
      },
      {
        // 20 MiB of log and, while the domain is away, as much of buffer, on 24 MiB.
        name: 'back-pressure-disk',
        load,
        warmUpMs: 0,
        changes: { disk: '24MiB' },
        faults: [outageThatFills('disk', '1s', '14s')],
        drainWithinMs: 60_000,
      },
    ])) as [Measured, Measured];
    const felt = (trial: Measured) =>
      trial.blockedMs > 0 ? `could not write for ${ms(trial.blockedMs)}` : 'felt nothing';
    return {
      measured: [buffer, disk].some(({ outcome }) => outcome !== 'error'),
      sentence: `While the buffer was full the application ${felt(buffer)}: fluentd stopped reading, and the lines waited in their file. While the disk was full it ${felt(disk)} (ENOSPC), and wrote on once there was room; missing: ${buffer.missing} and ${disk.missing}.`,
      tables: [
        {
          columns: [
            { title: 'what was full' },
            { title: 'offered', unit: 'lines/s' },
            { title: 'achieved', unit: 'lines/s' },
            { title: 'could not write for' },
            { title: 'latest write', unit: 'lines behind' },
            { title: 'missing', unit: 'records' },
            { title: 'all there after' },
          ],
          rows: [['buffer of 4 MiB', buffer] as const, ['log volume of 24 MiB', disk] as const].map(([what, trial]) => [
            what,
            Math.round(trial.offered),
            Math.round(trial.achieved),
            ms(trial.blockedMs),
            Math.round(trial.metrics['behind.lines']?.max ?? 0),
            trial.missing,
            ms(trial.drainMs),
          ]),
        },
      ],
      charts: [
        {
          title: 'A full disk: what was to be written and was not yet',
          kind: 'line',
          x: { label: 'since the start of the load', unit: 's', scale: 'linear' },
          y: { label: 'behind', unit: 'lines' },
          series: [curve('application behind', disk.samples, 'behind.lines')],
          bands: bands(disk),
        },
        waitingChart('A full buffer: what waited, and where', buffer),
      ],
    };
  },
};
