import { says } from '../harness/core/checks.ts';
import { during } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { edge } from '../harness/faults/edge-answers.ts';

export default defineScenario({
  title:
    'keeps records while the clocks of node and domain are ten minutes apart, says so, and delivers them afterwards',
  why: 'a signature older than five minutes is refused; each retry must be signed anew, or nothing that waited is ever taken',
  rows: [15],
  setting: '`retry_forever`',
  asWritten: 'kept',
  load: { linesPerSecond: 200, for: '10s' },
  faults: [during('2s', '9s', edge.answers({ clockAhead: '10m' }))],
  checks: [says(/\[403\].*Signature expired: \d{8}T\d{6}Z is now earlier than/)],
});
