import type { Facts } from '../harness/core/facts.ts';
import { countOf } from '../harness/core/ranges.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { number } from '../harness/core/verdict.ts';
import { changeConfig } from '../harness/faults/change-config.ts';
import { writeAgain } from '../harness/faults/write-again.ts';

export default defineScenario({
  title: 'does something else when only the ConfigMap is changed',
  why: 'the promise of the set-up: what is logged, and how, is changed in td-agent.conf alone, without a new image and without losing a line',
  rows: [18, 17],
  setting: '`reload_on_change`: a checked reload in place',
  asWritten: 'kept',
  load: { linesPerSecond: 200, for: '3s' },
  faults: [changeConfig('docswave.applog', 'docswave.changed', 'after'), writeAgain()],
  inspect: '@log_name',
  checks: [bothNames],
});

/** Half of the records were written before the change and half after it; each half must carry its own name. */
function bothNames({ field, reconciliation }: Facts): string[] {
  const half = reconciliation.accepted / 2;
  return ['docswave.applog', 'docswave.changed'].flatMap((name) => {
    const records = field.find(({ value }) => value === name)?.records ?? [];
    const found = countOf(records);
    return found === half
      ? []
      : [
          `@log_name ${name}: expected ${number(half)} records, found ${number(found)}; there are: ${field.map(({ value }) => value).join(', ')}`,
        ];
  });
}
