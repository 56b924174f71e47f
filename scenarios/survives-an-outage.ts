import { noneLaterThan } from '../harness/core/checks.ts';
import { during } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { edge } from '../harness/faults/edge-answers.ts';
import { signalFluentd } from '../harness/faults/signal-fluentd.ts';

export default defineScenario({
  title:
    'keeps records while the domain is down, although fluentd is killed meanwhile, and delivers them soon after it is back',
  why: 'an outage must be outlasted by a file buffer that retries for ever; without `retry_max_interval` the wait doubles, without `verify_os_version_at_startup false` fluentd does not start again before the domain answers',
  rows: [9],
  setting: 'file buffer, `retry_forever`, `retry_max_interval 5s`',
  asWritten: /missing: /,
  load: { linesPerSecond: 200, for: '22s' },
  faults: [during('2s', '24s', edge.answers({ status: 503 })), signalFluentd('SIGKILL', '4s')],
  // The outage itself (22 s), what waited for a flush when it began (1 s at each of its hops, three by way of Redis),
  // one wait between two retries (5 s and an eighth), and the bulk after it. Without `retry_max_interval` it is 36 s.
  checks: [noneLaterThan('32s')],
});
