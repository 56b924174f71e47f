import { defineScenario } from '../harness/core/scenario.ts';
import { signalFluentd } from '../harness/faults/signal-fluentd.ts';

export default defineScenario({
  title: 'loses and repeats nothing when fluentd is killed while the application writes on',
  why: 'a memory buffer dies with the process, and a pos_file in the container’s layer forgets: buffer and pos_file must lie on the shared volume',
  rows: [7, 6],
  setting: 'file buffer and `pos_file` on the volume',
  asWritten: /missing: /,
  load: { linesPerSecond: 500, for: '10s' },
  faults: [signalFluentd('SIGKILL', '4s')],
});
