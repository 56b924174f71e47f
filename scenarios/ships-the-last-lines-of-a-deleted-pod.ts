import { defineScenario } from '../harness/core/scenario.ts';
import { deletePod } from '../harness/faults/delete-pod.ts';

export default defineScenario({
  title: 'ships what an application writes that needs 31 seconds to end after SIGTERM',
  why: 'fluentd must stop after the application: a native sidecar, exec-form and `flush_at_shutdown true`; otherwise what it holds in memory is killed with it',
  rows: [8],
  setting: 'a native sidecar, exec-form, `flush_at_shutdown true`, 60 s of grace',
  asWritten: /missing: .*tail/,
  // Lines up to the very end: where the pod is killed after 30 s, some stand in its last moment, whenever fluentd sent last.
  load: { linesPerSecond: 200, for: '3s', lastBurst: { lines: 1500, after: '16s', over: '15s' } },
  faults: [deletePod('after')],
});
