import { defineProfile } from '../../harness/core/profile.ts';

export default defineProfile({
  title: 'a calm pace with one burst of ten times as much, and whether it is worked off',
  stages: [
    { for: '30s', linesPerSecond: 500 },
    { for: '5s', linesPerSecond: 5000 },
    { for: '55s', linesPerSecond: 500 },
  ],
  bytes: '200B',
  warmUp: '10s',
  // Twice the flush interval and the refresh, and the time that 25,000 lines take.
  thresholds: ['missing == 0', 'p99 < 15s', 'fluentd.bufferShare < 0.5'],
});
