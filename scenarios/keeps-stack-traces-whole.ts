import { keepsLevel, keepsTime } from '../harness/core/document-checks.ts';
import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'keeps a stack trace that the application writes as many lines as one record, with the variant "multiline"',
  why: 'a file knows lines only: unless `format_firstline` says where a record begins, each line of a trace becomes a record, without time and level',
  rows: [16],
  setting: '`@type json_or_multiline_text`, `format_firstline` (fluentd/variants/multiline.conf)',
  asWritten: /corrupted: /,
  setup: { variant: 'multiline' },
  load: { linesPerSecond: 50, for: '3s', bytes: '2KiB', format: 'text', text: 'stack-trace' },
  documents: [keepsTime, keepsLevel],
});
