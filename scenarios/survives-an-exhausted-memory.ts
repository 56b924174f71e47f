import { defineScenario } from '../harness/core/scenario.ts';
import { exhaustMemory } from '../harness/faults/exhaust-memory.ts';

export default defineScenario({
  title: 'loses and repeats nothing when fluentd’s container runs out of memory and the kernel kills fluentd',
  why: 'the kernel’s OOM killer is a SIGKILL that nobody announces: what fluentd holds in memory is gone, what it has on the volume is not',
  rows: [7],
  setting: 'file buffer and `pos_file` on the volume',
  asWritten: /missing: /,
  load: { linesPerSecond: 300, for: '12s' },
  setup: { memory: '256MiB' },
  faults: [exhaustMemory('3s')],
});
