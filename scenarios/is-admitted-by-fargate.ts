import { admittedByFargate } from '../harness/core/checks.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'is a pod that Fargate admits, and delivers every line as one',
  why: 'Fargate refuses hostPath, host ports, privileges, DaemonSets and sizes that it does not offer: such a pod stays pending, and nobody reads its log',
  rows: [21],
  setting: 'emptyDir, no privileges, requests of a size that there is',
  asWritten: 'kept',
  load: { linesPerSecond: 500, for: '3s' },
  checks: [admittedByFargate],
});
