import type { Facts } from '../harness/core/facts.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { number } from '../harness/core/verdict.ts';

const NAMES = ['docswave.applog', 'docswave.applog2'];

export default defineScenario({
  title: 'tells two applications of one domain apart by @log_name',
  why: 'the description’s way to find an application’s lines: the tag, set in each one’s ConfigMap, stands in every document',
  rows: [17],
  setting: '`include_tag_key true`, `tag_key @log_name`',
  asWritten: 'kept',
  load: { linesPerSecond: 100, for: '4s' },
  setup: { applications: 2 },
  needs: ['cluster'],
  inspect: '@log_name',
  checks: [eachItsOwnName],
});

/** Two streams, two names: every record of a stream carries one and the same, and no two streams share one. */
function eachItsOwnName({ field, book }: Facts): string[] {
  const found = field
    .map(({ value, records }) => ({ value, streams: [...new Set(records.map(({ stream }) => stream))] }))
    .sort((a, b) => a.value.localeCompare(b.value));
  const names = found.map(({ value }) => value).join(' and ');
  const reasons = names === NAMES.join(' and ') ? [] : [`@log_name: expected ${NAMES.join(' and ')}, found ${names}`];
  for (const { value, streams } of found)
    if (streams.length !== 1) reasons.push(`@log_name ${value} stands in records of ${streams.join(' and ')}`);
  if (book.streams.size !== 2) reasons.push(`expected 2 streams, there are ${number(book.streams.size)}`);
  return reasons;
}
