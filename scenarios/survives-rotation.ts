import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'loses nothing when the log is rotated by rename, twice in a row',
  why: 'two renames between two looks leave a whole file unread unless `path` covers rotated names and `follow_inodes true` is set',
  rows: [4],
  load: { linesPerSecond: 2000, for: '8s', rotateAt: ['2s', '2010ms', '4s', '4010ms', '6s', '6010ms'] },
});
