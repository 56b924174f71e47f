import { defineScenario } from '../harness/core/scenario.ts';
import { deletePod } from '../harness/faults/delete-pod.ts';

export default defineScenario({
  title: 'ships what an application writes that needs 31 seconds to end after SIGTERM',
  why: 'fluentd must stop after the application: a native sidecar, exec-form and `flush_at_shutdown true`; otherwise what it holds in memory is killed with it',
  rows: [8],
  setting: 'a native sidecar, exec-form, `flush_at_shutdown true`, 60 s of grace',
  asWritten: /missing: .*tail/,
  // Lines up to the very end, and three pods: where they are killed after 30 s, one fluentd may have sent all in that very moment, not three.
  setup: { pods: 3 },
  load: { linesPerSecond: 100, for: '3s', lastBurst: { lines: 700, after: '24s', over: '7s' } },
  faults: [deletePod('after')],
});
