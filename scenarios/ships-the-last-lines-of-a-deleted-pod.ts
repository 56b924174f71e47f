import { defineScenario } from '../harness/core/scenario.ts';
import { deletePod } from '../harness/faults/delete-pod.ts';

export default defineScenario({
  title: 'ships what the application writes while its pod is being deleted',
  why: 'fluentd must stop after the application: a native sidecar, and `flush_at_shutdown true`',
  rows: [8],
  load: { linesPerSecond: 200, for: '3s', lastBurst: { lines: 300, after: '3s' } },
  faults: [deletePod('after')],
});
