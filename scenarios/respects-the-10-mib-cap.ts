import { defineScenario } from '../harness/core/scenario.ts';

export default defineScenario({
  title: 'delivers a backlog of 100,000 lines although the domain refuses bodies over 10 MiB',
  why: 'without `bulk_message_request_threshold` below the cap a chunk becomes a body that is refused for ever (413)',
  rows: [11],
  setting: '`bulk_message_request_threshold 5m`, `chunk_limit_size 3m`',
  asWritten: /missing: /,
  alone: true,
  load: { linesPerSecond: 'max', lines: 100_000, bytes: '200B' },
});
