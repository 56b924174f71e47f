import { defineScenario } from '../harness/core/scenario.ts';
import { deletePod } from '../harness/faults/delete-pod.ts';

export default defineScenario({
  title: 'ships the lines of a pod that lives 25 seconds and creates its log late',
  why: 'fluentd looks for new files every `refresh_interval`, 60 s unless set: a file that appears after its start is found too late',
  rows: [3],
  setting: '`refresh_interval 1s`',
  asWritten: /missing: 750 of 750 .*whole/,
  load: { linesPerSecond: 50, for: '15s', start: { after: '8s' } },
  faults: [deletePod('after')],
});
