import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'keeps lines of 16 KiB whole, which a container runtime tears',
  why: 'a line longer than one read of the tail input must be put together again, and no `max_line_size` may throw it away',
  rows: [16],
  setting: 'no `max_line_size`',
  asWritten: 'kept',
  load: { linesPerSecond: 50, for: '3s', bytes: '16KiB', text: 'korean' },
});
