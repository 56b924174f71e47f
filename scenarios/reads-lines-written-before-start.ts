import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'delivers lines that were written before fluentd looked first',
  why: 'without `read_from_head true` fluentd starts at the end of a file that it finds: what stood there is lost',
  rows: [2],
  setting: '`read_from_head true`',
  asWritten: /missing: 500 of 500 .*whole/,
  load: { linesPerSecond: 'max', lines: 500, start: 'at-once' },
});
