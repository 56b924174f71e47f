import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'delivers every line of five pods that share one domain',
  why: 'each pod has a fluentd of its own, all of them write into one index: ids, buffers and connections must not get in each other’s way',
  rows: [20],
  setting: 'ids that carry the pod',
  asWritten: 'kept',
  alone: true,
  load: { linesPerSecond: 40, for: '5s' },
  setup: { pods: 5 },
  needs: ['cluster'],
});
