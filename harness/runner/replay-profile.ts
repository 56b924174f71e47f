import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Profile, profileOf } from '../core/profile.ts';
import { replaySizes, replayStages } from '../core/replay.ts';
import { UsageError } from '../core/trouble.ts';

/** What `--replay` names: a rate histogram, how many times faster it runs, and a size distribution. */
export interface Replay {
  file: string;
  speed: number;
  sizes?: string;
}

/** The profile that replays files; no record may be missing. Throws a UsageError for a file that cannot be read, or is none of these. */
export function replayProfile({ file, speed, sizes: distribution }: Replay): Profile {
  const sizes = distribution === undefined ? undefined : replaySizes(textOf(distribution), { file: distribution });
  const { stages, bytes } = replayStages(textOf(file), {
    file,
    speed,
    ...(sizes ? { bytesPerLine: sizes.reduce((sum, one) => sum + one.share * Number.parseFloat(one.bytes), 0) } : {}),
  });
  return profileOf('replay', {
    title: `what ${basename(file)} holds${speed === 1 ? '' : `, ${speed} times faster`}`,
    stages,
    ...(sizes ? { sizes } : bytes ? { bytes } : {}),
    thresholds: ['missing == 0'],
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
