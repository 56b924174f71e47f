import pc from 'picocolors';
import { formatDuration } from '../core/duration.ts';
import { readConfig } from './config.ts';
import type { Progress } from './progress.ts';
import { type Asked, standUp } from './stand-up.ts';
import type { StandingTarget, StandUpOptions } from './standing-target.ts';

/** What is under way until a target stands. */
const STANDING_UP = 'standing up';

/** Stands up the target that the command line asks for, and shows what is going on meanwhile, then what stands and how long it took. */
export async function standUpShown(
  asked: Asked,
  options: Omit<StandUpOptions, 'say' | 'remark' | 'aside'>,
  progress: Progress,
): Promise<StandingTarget> {
  const since = performance.now();
  progress.start(STANDING_UP, { told: true });
  try {
    const target = await standUp(asked, readConfig(), {
      ...options,
      say: (what) => progress.say(STANDING_UP, what),
      remark: (line) => progress.print(line),
      aside: (ask) => progress.aside(ask),
    });
    progress.done(STANDING_UP, `${pc.dim('·')} ${target.introduction}, ${formatDuration(performance.now() - since)}`);
    return target;
  } finally {
    progress.stop();
  }
}
