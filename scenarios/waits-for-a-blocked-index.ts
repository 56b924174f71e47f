import { during } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { blockIndex } from '../harness/faults/block-index.ts';

export default defineScenario({
  title: 'holds every line while the index refuses writes, and delivers all once it takes them again',
  why: 'a domain whose disk is full answers 200 to the bulk and 403 to each item: the output puts such records back into its buffer, which must bear them and what comes meanwhile',
  rows: [9],
  setting: '`total_limit_size 512m`, `overflow_action block`',
  asWritten: 'kept',
  alone: true,
  load: { linesPerSecond: 200, for: '15s' },
  faults: during('4s', '12s', blockIndex()),
});
