import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'loses nothing when a burst of lines rotates the log by rename, twice before fluentd looks again',
  why: 'two renames between two looks leave the whole middle file unread unless `path` covers rotated names and `follow_inodes true` is set',
  rows: [4],
  // About 10,000 lines a file: fluentd is still reading the first when the second is renamed.
  setting: '`path *.log*`, `follow_inodes true`',
  asWritten: /missing: .*(middle|tail)/,
  alone: true,
  load: { linesPerSecond: 'max', lines: 30_000, rotateAt: ['10ms', '20ms'] },
});
