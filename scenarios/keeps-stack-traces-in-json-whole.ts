import { keepsLevel, keepsTime } from '../harness/core/document-checks.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'keeps a stack trace in a JSON line as one record with its line breaks',
  why: 'an escaped newline is one record’s text: what takes it for the end of a line tears the trace',
  rows: [16],
  setting: '`@type json_or_text`',
  asWritten: /documents: .*level: expected/,
  load: { linesPerSecond: 50, for: '3s', bytes: '2KiB', text: 'stack-trace' },
  documents: [keepsTime, keepsLevel],
});
