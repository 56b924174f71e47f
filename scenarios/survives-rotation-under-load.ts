import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'loses nothing when the log is rotated by rename, again and again, while the application writes on',
  why: 'each rotation leaves a last part of the old file unread and begins a new one: both must be found, by inode',
  rows: [4],
  setting: '`path *.log*`, `follow_inodes true`, `rotate_wait 5s`',
  asWritten: 'kept',
  load: { linesPerSecond: 1000, for: '9s', rotateAt: ['2s', '4s', '6s', '8s'] },
});
