import { formatDuration } from '../core/duration.ts';
import type { ProbeResult } from './probe.ts';

/** What became of a probe, for people: a line a stage, then what it comes to. `withinMs`: how long it was given. */
export function probeLines({ id, stages, searchableMs, index }: ProbeResult, withinMs: number): string[] {
  const width = Math.max(...stages.map(({ stage }) => stage.length));
  const table = stages.map(({ stage, afterMs }) => {
    const after = afterMs === undefined ? '—' : formatDuration(afterMs);
    return `  ${stage.padEnd(width)}  ${after.padStart(6)}`;
  });
  if (searchableMs !== undefined)
    return [`probe ${id}`, ...table, `✔ searchable after ${formatDuration(searchableMs)}, in ${index}`];
  const stuck = stages.find(({ afterMs }) => afterMs === undefined);
  return [
    `probe ${id}`,
    ...table,
    `✘ not ${stuck?.stage} after ${formatDuration(withinMs)}: ${stuck?.saw ?? 'nothing was seen'}`,
    '  why: npm run doctor -- --pipeline',
  ];
}
