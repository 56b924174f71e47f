import { sentOnce } from '../harness/core/checks.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { signalFluentd } from '../harness/faults/signal-fluentd.ts';

export default defineScenario({
  title:
    'reads on where it left off when fluentd’s container is stopped and started again: nothing is skipped, nothing sent again',
  why:
    'a stopped fluentd says in its pos_file how far it came and sends what it holds; ids would hide a second reading, so what the domain was sent is ' +
    'counted. As written the shell passes no SIGTERM on: that container can only be killed, which survives-a-killed-fluentd does',
  rows: [6],
  setting: '`pos_file` on the volume',
  asWritten: 'kept',
  load: { linesPerSecond: 500, for: '10s' },
  faults: [signalFluentd('SIGTERM', '4s')],
  checks: [sentOnce],
});
