import { defineProfile } from '../../harness/core/profile.ts';

export default defineProfile({
  title: 'the pace of a busy application, long enough for figures that can be compared',
  stages: [{ for: '2m', linesPerSecond: 1000 }],
  bytes: '200B',
  warmUp: '20s',
  // 5 s of its lines.
  thresholds: ['missing == 0', 'p99 < 5s', 'lag.lines <= 5000'],
});
