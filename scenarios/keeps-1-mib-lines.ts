import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'keeps lines of 1 MiB whole',
  why: 'a chunk must hold such a line, and a bulk of them must stay below the domain’s 10 MiB: `chunk_limit_size` and `bulk_message_request_threshold`',
  rows: [16],
  setting: '`chunk_limit_size 3m`, `bulk_message_request_threshold 5m`',
  asWritten: 'kept',
  load: { linesPerSecond: 4, for: '5s', bytes: '1MiB' },
});
