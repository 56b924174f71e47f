import { throughout } from '../harness/core/fault.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { edge } from '../harness/faults/edge-answers.ts';

export default defineScenario({
  title: 'ships over TLS to a domain that asks for version 1.2, and gets over handshakes that break off',
  why: 'a real domain is reached over TLS only: an output of 2020 offers TLS 1.0, which neither a domain nor today’s OpenSSL takes; and a handshake that fails is one more reason to try again',
  rows: [13],
  setting: 'an output that offers TLS 1.2 and newer, `reconnect_on_error true`',
  // fluentd waits for the domain before it reads.
  asWritten: /missing: 1,600 of 1,600 .*whole/,
  load: { linesPerSecond: 200, for: '8s', start: 'at-once' },
  setup: { tls: true },
  faults: [throughout(edge.answers({ breakHandshake: true }, { first: 2 }))],
});
