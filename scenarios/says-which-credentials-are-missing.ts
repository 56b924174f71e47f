import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'ends at once and names the variables that are empty when the Secret holds no keys',
  why: 'with an empty key the output asks the instance metadata service, which Fargate has not, and waits for ever; the look at the variables before the start (bin/fluentd) turns that into words',
  rows: [15],
  setting: '`bin/fluentd` checks the variables before it starts',
  asWritten: /runs as if nothing were missing|hangs/,
  load: { linesPerSecond: 200, for: '3s' },
  setup: { secret: 'empty' },
  refusesToStart: /these are unset or empty: AWS_ACCESS_KEY, AWS_ACCESS_SECRET; set them in/,
});
