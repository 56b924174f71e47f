import { carriesTag, keepsLevel, keepsTime, liesInItsOwnDay } from '../harness/core/document-checks.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'keeps the time, to the millisecond, the level, the order and the text of every line, under its tag',
  why: 'without a parser that knows the line’s own time, and `time_precision 3`, @timestamp is the time of reading, and lines of a burst lose their order',
  rows: [16, 17],
  setting: '`@type json_or_text`, `time_precision 3`',
  asWritten: /documents: .*@timestamp: expected/,
  load: { linesPerSecond: 200, for: '3s' },
  documents: [keepsTime, keepsLevel, liesInItsOwnDay, carriesTag('docswave.applog')],
});
