import { throughout } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { edge } from '../harness/faults/edge-answers.ts';

export default defineScenario({
  title: 'ships over TLS, and gets over handshakes that break off and a connection that is reset',
  why: 'a real domain is reached over TLS only: its certificate is checked, and a handshake that fails is one more reason to try again, not to give up',
  rows: [13],
  setting: '`reconnect_on_error true`',
  asWritten: 'kept',
  load: { linesPerSecond: 200, for: '8s' },
  setup: { tls: true },
  faults: [
    throughout(edge.answers({ breakHandshake: true }, { first: 2 })),
    throughout(edge.answers({ reset: true }, { after: 2, first: 1 })),
  ],
});
