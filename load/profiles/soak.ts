import { defineProfile } from '../../harness/core/profile.ts';

export default defineProfile({
  title: 'an hour at a middling pace: memory, buffer and lag must not grow with time',
  stages: [{ for: '1h', linesPerSecond: 500 }],
  bytes: '200B',
  warmUp: '2m',
  // Memory: the sidecar's container may have 384 MiB (manifests/base).
  thresholds: ['missing == 0', 'p99 < 5s', 'lag.lines <= 5000', 'fluentd.memory < 300MiB'],
  abortAfter: '2m',
});
