import type { Facts, PlantedDefects } from '../harness/core/facts.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { listRanges } from '../harness/core/verdict.ts';
import { edgeRules } from '../harness/faults/edge-rules.ts';

export default defineScenario({
  title: 'is caught lying: records that the edge drops, repeats and corrupts are named, exactly',
  why: 'a harness that never finds anything proves nothing; here the domain says 201 and does otherwise',
  rows: [0],
  setting: 'none: the harness itself is under test',
  asWritten: 'kept',
  load: { linesPerSecond: 500, for: '3s' },
  faults: [
    edgeRules('planting defects', 'before', [
      {
        answer: {
          drop: {
            seqs: [
              { from: 0, to: 3 },
              { from: 700, to: 712 },
              { from: 1499, to: 1500 },
            ],
          },
        },
      },
      { answer: { repeat: { seqs: [{ from: 300, to: 305 }], times: 1 } } },
      { answer: { corrupt: { seqs: [{ from: 1000, to: 1002 }] } } },
    ]),
  ],
  judge: exactlyThePlanted,
});

function exactlyThePlanted({ planted, reconciliation }: Facts): string[] {
  if (!planted) return ['the edge planted nothing'];
  const { missingRanges, duplicatedRanges, corruptedRanges, unexpected } = reconciliation;
  const found: PlantedDefects = { dropped: missingRanges, repeated: duplicatedRanges, corrupted: corruptedRanges };
  const reasons = (['dropped', 'repeated', 'corrupted'] as const).flatMap((kind) => {
    const [expected, seen] = [listRanges(bare(planted[kind]), 50), listRanges(bare(found[kind]), 50)];
    if (expected === '') return [`the edge has ${kind} nothing`];
    return expected === seen ? [] : [`${kind} by the edge: ${expected}; named by the verdict: ${seen || 'none'}`];
  });
  return unexpected === 0 ? reasons : [...reasons, `unexpected: ${unexpected}, and no stranger was planted`];
}

function bare(ranges: readonly { stream: string; from: number; to: number }[]) {
  return ranges
    .map(({ stream, from, to }) => ({ stream, from, to }))
    .sort((a, b) => a.stream.localeCompare(b.stream) || a.from - b.from);
}
