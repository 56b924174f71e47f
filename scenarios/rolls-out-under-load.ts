import { defineScenario } from '../harness/core/scenario.ts';
import { rotateKeys } from '../harness/faults/rotate-keys.ts';
import { writeAgain } from '../harness/faults/write-again.ts';

export default defineScenario({
  title: 'loses nothing when its keys are rotated and a rollout replaces the pods under load',
  why: 'a variable from a Secret changes only with its container: the old pod must send all it has before its key ends, the new one starts with the new',
  rows: [15, 8],
  setting: 'a native sidecar, `flush_at_shutdown true`',
  asWritten: 'kept',
  load: { linesPerSecond: 300, for: '6s' },
  faults: [rotateKeys('3s'), writeAgain()],
});
