import { defineScenario } from '../harness/core/scenario.ts';
import { restartEngine } from '../harness/faults/restart-engine.ts';

export default defineScenario({
  title: 'loses and repeats nothing when the search engine restarts under load',
  why: 'a bulk that the engine took and could not answer is sent again: without ids that is every line twice; either, as only chance has one on its way',
  rows: [9, 13],
  setting: '`retry_forever`, `retry_max_interval 5s`; `id_key`, `write_operation create`',
  asWritten: 'either',
  alone: true,
  load: { linesPerSecond: 300, for: '20s' },
  faults: [restartEngine('4s')],
});
