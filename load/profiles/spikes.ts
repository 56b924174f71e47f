import { defineProfile } from '../../harness/core/profile.ts';

import type { LoadStage } from '../../harness/core/stages.ts';

const CALM: LoadStage = { for: '17s', linesPerSecond: 300 };
const SPIKE: LoadStage = { for: '3s', linesPerSecond: 3000 };

export default defineProfile({
  title: 'a spike of ten times the pace every 20 seconds, as jobs and retries make them',
  stages: [CALM, SPIKE, CALM, SPIKE, CALM, SPIKE, CALM, SPIKE, CALM, SPIKE, CALM],
  sizes: [
    { bytes: '200B', share: 0.7 },
    { bytes: '1KiB', share: 0.25 },
    { bytes: '4KiB', share: 0.05 },
  ],
  warmUp: '10s',
  thresholds: ['missing == 0', 'p99 < 10s'],
});
