import { defineScenario } from '../harness/core/scenario.ts';
import { killEdge } from '../harness/faults/kill-edge.ts';

export default defineScenario({
  title: 'loses and repeats nothing when the front door of the domain dies under load and comes back',
  why: 'a bulk that the engine took and for which no answer came is sent again: without ids that is every line of it twice',
  rows: [13, 9],
  setting: '`id_key`, `write_operation create`; `reconnect_on_error true`, `retry_forever`',
  asWritten: /duplicated: /,
  load: { linesPerSecond: 500, for: '15s' },
  faults: [killEdge('4s')],
});
