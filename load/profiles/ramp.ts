import { defineProfile } from '../../harness/core/profile.ts';

export default defineProfile({
  title: 'a ladder of rates, each twice the one below, up to where the pipeline no longer keeps up',
  stages: [
    { for: '20s', linesPerSecond: 250 },
    { for: '20s', linesPerSecond: 500 },
    { for: '20s', linesPerSecond: 1000 },
    { for: '20s', linesPerSecond: 2000 },
    { for: '20s', linesPerSecond: 4000 },
    { for: '20s', linesPerSecond: 8000 },
  ],
  bytes: '200B',
  warmUp: '10s',
  // 5 s of the highest rate: what waits longer was not kept up with.
  thresholds: ['missing == 0', 'lag.lines <= 40000'],
  abortAfter: '15s',
});
