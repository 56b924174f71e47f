import { defineScenario } from '../harness/core/scenario.ts';
import { killCollector } from '../harness/faults/kill-collector.ts';
import { signalPart } from '../harness/faults/signal-part.ts';

export default defineScenario({
  title:
    'loses and repeats nothing when the central collector hangs and is killed, and when it is terminated, under load',
  why: 'without `require_ack_response true` a chunk is done when it is sent, and what a collector has not read dies with it; so does an entry of Redis that is acknowledged before it is in the file buffer',
  rows: [7],
  setting: '`require_ack_response true`; XACK after the file buffer',
  asWritten: 'kept',
  load: { linesPerSecond: 500, for: '15s' },
  faults: [signalPart('collector', 'SIGSTOP', '2s'), killCollector('5s'), signalPart('collector', 'SIGTERM', '11s')],
});
