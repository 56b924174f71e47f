import { defineScenario } from '../harness/core/scenario.ts';
import { rotateKeys } from '../harness/faults/rotate-keys.ts';
import { writeAgain } from '../harness/faults/write-again.ts';

export default defineScenario({
  title: 'changes over to a new key in the Secret by a rollout, and loses nothing when the old one is revoked',
  why: 'keys come as variables from the Secret: a new pod has the new ones, and the old pod must have shipped all that it holds before it goes',
  rows: [15],
  setting: '`flush_at_shutdown true`, a native sidecar',
  asWritten: 'kept',
  load: { linesPerSecond: 200, for: '4s' },
  faults: [rotateKeys('after'), writeAgain()],
});
