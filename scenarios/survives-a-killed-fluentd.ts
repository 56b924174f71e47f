import { defineScenario } from '../harness/core/scenario.ts';
import { signalFluentd } from '../harness/faults/signal-fluentd.ts';

export default defineScenario({
  title: 'loses and repeats nothing when fluentd is killed, and when it is terminated, while the application writes on',
  why: 'a memory buffer dies with the process, and a pos_file in the container’s layer forgets: buffer and pos_file must lie on the shared volume',
  rows: [6, 7],
  setting: 'file buffer and `pos_file` on the volume',
  asWritten: /missing: /,
  load: { linesPerSecond: 500, for: '15s' },
  faults: [signalFluentd('SIGKILL', '4s'), signalFluentd('SIGTERM', '11s')],
});
