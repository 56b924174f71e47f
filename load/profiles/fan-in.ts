import { defineProfile } from '../../harness/core/profile.ts';

export default defineProfile({
  title: 'more and more pods of the same pace into one domain',
  stages: [{ for: '40s', linesPerSecond: 200 }],
  bytes: '200B',
  pods: [1, 2, 4, 8],
  warmUp: '10s',
  thresholds: ['missing == 0', 'p99 < 5s', 'edge.refused == 0'],
});
