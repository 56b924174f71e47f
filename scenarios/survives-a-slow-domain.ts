import { sentOnce } from '../harness/core/checks.ts';
import { during } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { edge } from '../harness/faults/edge-answers.ts';

export default defineScenario({
  title: 'waits for a domain that takes 7 seconds to answer, and sends nothing twice',
  why: 'after `request_timeout`, 5 s unless set, a bulk that the domain is still working at is sent again, and again: every document several times',
  rows: [12],
  setting: '`request_timeout 30s`, ids',
  asWritten: /duplicated: /,
  load: { linesPerSecond: 200, for: '12s' },
  faults: [during('2s', '10s', edge.answers({ delay: '7s' }))],
  checks: [sentOnce],
});
