import { sentOnce } from '../harness/core/checks.ts';
import type { Facts } from '../harness/core/facts.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { changeConfig } from '../harness/faults/change-config.ts';
import { writeAgain } from '../harness/faults/write-again.ts';

const NAMES = ['docswave.applog', 'docswave.changed'];

export default defineScenario({
  title: 'loses and repeats nothing when the ConfigMap is changed while the application writes',
  why: 'a reload ends every plugin and starts it anew: the position must be carried over, and what is buffered must be sent all the same',
  rows: [18],
  setting: '`reload_on_change`, `pos_file`, file buffer',
  asWritten: 'kept',
  load: { linesPerSecond: 400, for: '12s' },
  faults: [changeConfig('docswave.applog', 'docswave.changed', '3s'), writeAgain()],
  inspect: '@log_name',
  checks: [bothNames, sentOnce],
});

/** Each record carries the one name or the other, and both occur. */
function bothNames({ field }: Facts): string[] {
  const found = field.map(({ value }) => value).sort();
  return found.join() === NAMES.join() ? [] : [`@log_name: expected ${NAMES.join(' and ')}, found ${found.join(', ')}`];
}
