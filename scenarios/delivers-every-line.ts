import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'delivers every line of a steady load once',
  why: 'the ground that all else stands on: tail, tag, buffer, signature and index work together',
  rows: [1],
  setting: '`id_key`, `write_operation create`',
  asWritten: 'kept',
  load: { linesPerSecond: 500, for: '3s' },
});
