import pc from 'picocolors';
import { ConditionTimeout, until } from '../core/condition.ts';
import { formatDuration } from '../core/duration.ts';
import { EXIT } from '../core/trouble.ts';
import { liveLine, readLive } from '../dev/live.ts';
import type { DevStack } from '../dev/stack.ts';
import { readConfig } from './config.ts';
import { dashboardsImage } from './dev-dashboards.ts';
import { type Obtained, obtainStack } from './dev-obtain.ts';
import type { DevOptions } from './dev-options.ts';
import { workOn } from './dev-work.ts';
import { Progress } from './progress.ts';

const STARTING = 'starting';
/** Longest wait for the first line before one is told to look for what is wrong, ms. */
const FIRST_LINE_WITHIN_MS = 60_000;

/** `npm run dev`: returns once it is interrupted, with everything taken down or, if so asked, left up. */
export async function runDev(options: DevOptions, signal: AbortSignal): Promise<number> {
  const progress = new Progress(process.stdout);
  const begun = performance.now();
  let obtained: Obtained | undefined;
  progress.print(`starting on ${options.target}; Ctrl-C ${options.keep ? 'leaves it up' : 'takes everything down'}`);
  progress.start(STARTING);
  try {
    const image = options.dashboards ? dashboardsImage(readConfig().images.dashboards, signal) : undefined;
    const voice = {
      say: (what: string) => progress.say(STARTING, what),
      remark: (line: string) => progress.print(line),
    };
    obtained = await obtainStack(options, voice, signal);
    await firstLine(obtained.stack, begun, progress, signal);
    await workOn(options, obtained, image, progress, signal);
  } finally {
    progress.stop();
    await obtained?.stack.close();
  }
  if (!obtained.stays) return EXIT.interrupted;
  process.stdout.write('left up: npm run dev takes it again, npm run down removes it\n');
  return EXIT.pass;
}

async function firstLine(stack: DevStack, begun: number, progress: Progress, signal: AbortSignal): Promise<void> {
  try {
    const withinMs = FIRST_LINE_WITHIN_MS;
    await until(
      {
        name: 'the first line to be searchable',
        look: async () => {
          const now = await readLive(stack);
          return now.searchable ? { met: true, value: undefined } : { met: false, saw: liveLine(undefined, now) };
        },
      },
      { withinMs, signal, onLook: (saw) => progress.say(STARTING, `waiting for the first searchable line: ${saw}`) },
    );
    progress.done(
      STARTING,
      `${pc.green('✔')} first line searchable after ${formatDuration(performance.now() - begun)}`,
    );
  } catch (error) {
    if (!(error instanceof ConditionTimeout)) throw error;
    progress.done(STARTING, `${pc.yellow('!')} ${error.message}\n  what keeps it: npm run doctor -- --pipeline`);
  }
}
