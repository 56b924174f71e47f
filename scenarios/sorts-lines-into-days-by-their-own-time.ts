import { keepsTime, liesInItsOwnDay } from '../harness/core/document-checks.ts';
import type { Facts } from '../harness/core/facts.ts';
import { countOf } from '../harness/core/ranges.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'sorts lines into the index of the day that they themselves say, also over midnight',
  why: 'with the time of reading, what is read after midnight, or after an outage, lies in the wrong day’s index',
  rows: [17],
  setting: '`time_key time`, `logstash_format true`',
  asWritten: /documents: .*index: expected/,
  load: { linesPerSecond: 200, for: '4s', midnightAfter: '2s' },
  documents: [keepsTime, liesInItsOwnDay],
  inspect: '_index',
  checks: [twoDays],
});

/** Half of the lines are of the day before midnight; a load within one day would prove nothing. */
function twoDays({ field }: Facts): string[] {
  const days = field.map(({ value, records }) => `${value}: ${countOf(records)}`);
  return days.length === 2 && days.every((day) => day.endsWith(': 400'))
    ? []
    : [`expected two indices with 400 records each; there are: ${days.join(', ')}`];
}
