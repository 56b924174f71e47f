import { defineProfile } from '../../harness/core/profile.ts';

export default defineProfile({
  title: 'a look in 20 seconds that all parts work together and are measured',
  stages: [{ for: '20s', linesPerSecond: 200 }],
  bytes: '200B',
  warmUp: '5s',
  thresholds: ['missing == 0', 'p99 < 5s'],
});
