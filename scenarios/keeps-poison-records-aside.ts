import { asideAreExactly } from '../harness/core/checks.ts';
import { throughout } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { edge } from '../harness/faults/edge-answers.ts';

export default defineScenario({
  title:
    'puts records that the domain will never take (a mapping conflict) into a dead-letter file, and delivers the rest',
  why: 'without a label @ERROR a record that is refused with 400 vanishes in silence',
  rows: [14],
  setting: 'label `@ERROR` with a file on the volume',
  asWritten: /dead letters: .*found none/,
  load: { linesPerSecond: 200, for: '4s' },
  faults: [throughout(edge.answers({ items: { status: 400, seqs: [{ from: 300, to: 305 }] } }))],
  tolerance: { missing: 5 },
  checks: [asideAreExactly(300, 305)],
});
