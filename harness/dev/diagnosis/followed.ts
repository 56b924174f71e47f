import { posix } from 'node:path';
import type { RunningConf } from '../running-conf.ts';

/** Whether a tail source reads a file of this path. */
export function isFollowed(path: string, { follows, excludes }: Pick<RunningConf, 'follows' | 'excludes'>): boolean {
  const fits = (pattern: string) => posix.matchesGlob(path, pattern);
  return follows.some(fits) && !excludes.some(fits);
}
