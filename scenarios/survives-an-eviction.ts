import { defineScenario } from '../harness/core/scenario.ts';
import { evictPod } from '../harness/faults/evict-pod.ts';
import { writeAgain } from '../harness/faults/write-again.ts';

export default defineScenario({
  title: 'ships all that an evicted pod writes, to its end 31 seconds later, and all that its successor writes',
  why: 'a drained node, or Fargate’s patching, evicts pods: they get their own grace period and no more, and the volume goes with the pod',
  rows: [8],
  setting: 'a native sidecar, 60 s of grace, `flush_at_shutdown true`',
  asWritten: /missing: .*tail/,
  load: { linesPerSecond: 200, for: '5s', lastBurst: { lines: 700, after: '24s', over: '7s' } },
  faults: [evictPod('3s'), writeAgain()],
});
