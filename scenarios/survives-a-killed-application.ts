import { defineScenario } from '../harness/core/scenario.ts';
import { signalEmitter } from '../harness/faults/signal-emitter.ts';
import { writeAgain } from '../harness/faults/write-again.ts';

export default defineScenario({
  title: 'ships all that an application wrote before it was killed, and all that it writes once it runs again',
  why: 'the log outlives the application’s container, and so must the reading of it; what the application was writing when it died may be there or not',
  rows: [16],
  setting: 'the log on a volume of the pod',
  asWritten: 'kept',
  load: { linesPerSecond: 500, for: '6s' },
  faults: [signalEmitter('SIGKILL', '3s'), writeAgain()],
});
