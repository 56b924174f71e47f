import { defineScenario } from '../harness/core/scenario.ts';
import { outageThatFills } from '../harness/faults/outage-that-fills.ts';

export default defineScenario({
  title:
    'stops reading while its buffer is full, and loses nothing: the application writes on, the lines wait in their file',
  why: 'any other `overflow_action` drops lines: the oldest in the buffer, or those that are just read. The set-up of 2020 sets no limit: 512 MiB of memory, which no outage of seconds fills',
  rows: [19, 9],
  setting: '`overflow_action block`',
  asWritten: 'either',
  setup: { parametersIfThere: { total_limit_size: '4m' } },
  load: { linesPerSecond: 1000, for: '12s', bytes: '1KiB' },
  faults: [outageThatFills('buffer', '1s', '9s')],
});
