import type { Facts } from '../harness/core/facts.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'loses no more to copytruncate than what was written between a copy and its truncation',
  why: 'a limit, not a promise: those lines stand in no file any more, whoever reads. Here a rotation costs the lines of 10 ms; everything else arrives',
  rows: [5],
  setting: 'none helps: rotate by rename',
  asWritten: 'either',
  load: { linesPerSecond: 1000, for: '9s', rotateAt: ['3s', '6s'], rotate: 'copytruncate' },
  tolerance: { missing: 100 },
  checks: [lostBehindRotations],
});

/** Lines that the truncation destroyed stand right behind a rotation's seq; a loss elsewhere is fluentd's. */
function lostBehindRotations({ book, reconciliation }: Facts): string[] {
  const rotations = [...book.streams.values()].flatMap(({ stream, rotations }) =>
    rotations.map(({ seq }) => `${stream}:${seq}`),
  );
  const elsewhere = reconciliation.missingRanges.filter(({ stream, from }) => !rotations.includes(`${stream}:${from}`));
  return elsewhere.length === 0
    ? []
    : [
        `lost elsewhere than behind a rotation (${rotations.join(', ')}): ${elsewhere.map(({ from, to }) => `${from}–${to - 1}`).join(', ')}`,
      ];
}
