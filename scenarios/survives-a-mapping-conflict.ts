import { asideAndTheRestDelivered } from '../harness/core/checks.ts';
import { during } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { mappingConflict } from '../harness/faults/mapping-conflict.ts';

export default defineScenario({
  title:
    'puts aside what the engine refuses for its mapping, in the engine’s own words, and goes on with what comes after',
  why: 'fluentd must know the engine’s answer of 400 for what it is: final for the record, and no reason to stop or to try for ever',
  rows: [14],
  setting: 'label `@ERROR` with a file on the volume',
  asWritten: /dead letters: expected what is missing, .*; found none/,
  load: { linesPerSecond: 100, for: '8s' },
  alone: true,
  faults: [during('before', '4s', mappingConflict())],
  tolerance: { missing: 800 },
  checks: [asideAndTheRestDelivered],
});
