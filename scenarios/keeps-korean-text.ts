import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'keeps Korean text as it was written',
  why: 'fluentd reads bytes: a parser that does not take them for UTF-8 tears syllables of three bytes, or stops the whole bulk with one',
  rows: [16],
  setting: '`@type json_or_text`: lines are UTF-8',
  asWritten: 'kept',
  load: { linesPerSecond: 200, for: '3s', bytes: '1KiB', text: 'korean' },
});
