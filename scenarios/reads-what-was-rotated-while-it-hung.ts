import { during } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { hangFluentd } from '../harness/faults/hang-fluentd.ts';

export default defineScenario({
  title: 'catches up with what was written, and rotated twice, while fluentd hung for 12 seconds',
  why: 'a fluentd without CPU or disk comes back to a log that has another name: only the inode tells; and a hasty liveness probe would kill it',
  rows: [4, 6],
  setting: '`path *.log*`, `follow_inodes true`, a patient liveness probe',
  asWritten: /missing: .*middle/,
  load: { linesPerSecond: 300, for: '18s', rotateAt: ['6s', '10s'] },
  faults: during('3s', '15s', hangFluentd),
});
