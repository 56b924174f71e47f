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
  // 25,000 lines may wait until a sidecar with half a core has read them: 10 s at 2,500 lines/s, and 5 s as at any time.
  thresholds: ['missing == 0', 'p99 < 15s', 'fluentd.bufferShare < 0.5'],
});
