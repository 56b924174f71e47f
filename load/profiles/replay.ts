import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineProfile } from '../../harness/core/profile.ts';
import { replayStages } from '../../harness/core/replay.ts';

const file = 'replay.csv';

export default defineProfile({
  title: 'a day of a shop, made up, in two minutes; --replay takes a file of your own in its place',
  ...replayStages(readFileSync(join(import.meta.dirname, file), 'utf8'), { file, speed: 720 }),
  thresholds: ['missing == 0', 'p99 < 5s'],
});
