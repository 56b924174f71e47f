import { defineScenario } from '../harness/core/scenario.ts';
import { deletePod } from '../harness/faults/delete-pod.ts';

export default defineScenario({
  title: 'ships what the application writes at the end of the 30 seconds that Kubernetes gives it by default',
  why: 'fluentd must stop after the application: a native sidecar, exec-form and `flush_at_shutdown true`; otherwise what it holds in memory is killed with it',
  rows: [8],
  setting: 'a native sidecar, exec-form, `flush_at_shutdown true`, 60 s of grace',
  asWritten: /missing: .*tail/,
  load: { linesPerSecond: 200, for: '3s', lastBurst: { lines: 300, after: '29500ms' } },
  faults: [deletePod('after')],
});
