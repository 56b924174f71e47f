import { throughout } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { edge } from '../harness/faults/edge-answers.ts';

export default defineScenario({
  title:
    'gets over a reset, a connection that hangs, a gateway that cannot reach the domain or waits too long for it, and an answer that breaks off',
  why: 'a connection that broke must be opened anew to the domain’s one name (`reconnect_on_error true`, `reload_connections false`, `reload_on_failure false`), and what was taken but not confirmed is sent again under the same id',
  rows: [13],
  setting: '`id_key`, `write_operation create`',
  // The answer that breaks off: its records are stored and sent again.
  asWritten: /duplicated: |missing: /,
  load: { linesPerSecond: 200, for: '14s' },
  faults: [
    throughout(edge.answers({ reset: true }, { after: 1, first: 1 })),
    throughout(edge.answers({ hang: true }, { after: 3, first: 1 })),
    throughout(edge.answers({ status: 502 }, { after: 5, first: 1 })),
    throughout(edge.answers({ status: 504 }, { after: 7, first: 1 })),
    throughout(edge.answers({ truncate: true }, { after: 9, first: 1 })),
  ],
});
