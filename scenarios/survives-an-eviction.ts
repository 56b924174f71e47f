import { defineScenario } from '../harness/core/scenario.ts';
import { evictPod } from '../harness/faults/evict-pod.ts';
import { writeAgain } from '../harness/faults/write-again.ts';

export default defineScenario({
  title: 'ships all that evicted pods write, to their ends 31 seconds later, and all that their successors write',
  why: 'a drained node, or Fargate’s patching, evicts pods: they get their own grace period and no more, and the volume goes with the pod',
  rows: [8],
  setting: 'a native sidecar, 60 s of grace, `flush_at_shutdown true`',
  asWritten: /missing: .*tail/,
  // Three pods: one of them may have sent its lines in the very moment before it is killed, not all.
  setup: { pods: 3 },
  load: { linesPerSecond: 100, for: '5s', lastBurst: { lines: 700, after: '24s', over: '7s' } },
  faults: [evictPod('3s'), writeAgain()],
});
