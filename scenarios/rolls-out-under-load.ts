import { defineScenario } from '../harness/core/scenario.ts';
import { rotateKeys } from '../harness/faults/change-secret.ts';
import { writeAgain } from '../harness/faults/write-again.ts';

/** Keys that AWS prints in its own documentation as examples, the first being what the local domain knows at the start. */
const OLD = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const FRESH = { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY' };

export default defineScenario({
  title: 'loses nothing when its keys are rotated and a rollout replaces the pods under load',
  why: 'a variable from a Secret changes only with its container: the old pod must send all it has before its key ends, the new one starts with the new',
  rows: [15, 8],
  setting: 'a native sidecar, `flush_at_shutdown true`',
  asWritten: 'kept',
  load: { linesPerSecond: 300, for: '6s' },
  faults: [rotateKeys(OLD, FRESH, '3s'), writeAgain()],
});
