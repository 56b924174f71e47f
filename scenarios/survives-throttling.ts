import { sentOnce } from '../harness/core/checks.ts';
import { during } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { edge } from '../harness/faults/edge-answers.ts';

export default defineScenario({
  title: 'loses and repeats nothing while the domain throttles: whole requests first, then three items in ten',
  why: 'by default one rejected item makes the output send its whole chunk again, with what was taken: every line several times; `unrecoverable_error_types` without "rejected_execution_exception" has it send the rejected ones only',
  rows: [10],
  setting: '`unrecoverable_error_types ["out_of_memory_error"]`',
  asWritten: /duplicated: |missing: /,
  load: { linesPerSecond: 200, for: '12s' },
  faults: [
    during('2s', '5s', edge.answers({ status: 429 })),
    during('6s', '11s', edge.answers({ items: { status: 429, share: 0.3 } })),
  ],
  checks: [sentOnce],
});
