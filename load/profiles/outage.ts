import { defineProfile } from '../../harness/core/profile.ts';

export default defineProfile({
  title: 'the domain is down for a minute under load: nothing is lost, and what waited is worked off',
  stages: [{ for: '3m', linesPerSecond: 500 }],
  bytes: '200B',
  warmUp: '10s',
  outage: { at: '30s', for: '1m' },
  thresholds: ['missing == 0', 'recovery < 90s', 'fluentd.bufferShare < 0.8'],
});
