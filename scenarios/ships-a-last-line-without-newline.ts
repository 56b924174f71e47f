import { defineScenario } from '../harness/core/scenario.ts';
import { deletePod } from '../harness/faults/delete-pod.ts';

export default defineScenario({
  title: 'ships the last line of an application that ends without a newline',
  why: 'a line ends with its newline: the tail input keeps what has none until the rest comes, and forgets it at its end',
  rows: [16, 8],
  setting: '`@type tail_to_the_end`',
  asWritten: /missing: /,
  load: { linesPerSecond: 200, for: '3s', lastBurst: { lines: 10, after: '500ms' }, noLastNewline: true },
  faults: [deletePod('after')],
});
