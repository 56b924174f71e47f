import { during } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { blockIndex } from '../harness/faults/block-index.ts';

export default defineScenario({
  title: 'holds every line while the index refuses writes, and delivers all once it takes them again',
  why: 'a domain whose disk is full answers 201 to the request and 403 to each item: an item’s refusal is not the record’s fault, and must be tried again',
  rows: [9],
  setting: '`unrecoverable_error_types`: no refusal of an item is final but one',
  asWritten: 'kept',
  alone: true,
  load: { linesPerSecond: 200, for: '15s' },
  faults: during('4s', '12s', blockIndex()),
});
