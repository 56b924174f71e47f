import { defineScenario } from '../harness/core/scenario.ts';
import { restartRedis } from '../harness/faults/restart-redis.ts';
import { signalPart } from '../harness/faults/signal-part.ts';

export default defineScenario({
  title:
    'loses and repeats nothing when Redis is killed with lines in its stream, and when it is restarted, under load',
  why: 'with `appendonly no` what Redis holds dies with it, and with `appendfsync everysec` what it answered for last',
  rows: [7],
  setting: '`appendonly yes`, `appendfsync always`, a file buffer before Redis and one behind it',
  asWritten: 'kept',
  load: { linesPerSecond: 500, for: '15s' },
  // While the collector hangs, what comes stays in the stream.
  faults: [
    signalPart('collector', 'SIGSTOP', '2s'),
    restartRedis('SIGKILL', '5s'),
    signalPart('collector', 'SIGCONT', '8s'),
    restartRedis('SIGTERM', '12s'),
  ],
});
