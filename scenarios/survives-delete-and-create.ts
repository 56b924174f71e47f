import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'loses nothing when the log is deleted and created anew while the application writes on',
  why: 'a deleted file can be read as long as it is open: fluentd must hold it, read it to its end and find the new one by its inode',
  rows: [4],
  setting: '`follow_inodes true`, no `open_on_every_update`',
  asWritten: 'kept',
  load: { linesPerSecond: 1000, for: '9s', rotateAt: ['3s', '6s'], rotate: 'delete-and-create' },
});
