import { UsageError } from '../core/trouble.ts';
import { attachDevStack } from '../dev/attach.ts';
import { PROJECT } from '../dev/compose-project.ts';
import { startCompose } from '../dev/compose-start.ts';
import { DEV_PREFIX, startK3s } from '../dev/k3s-start.ts';
import type { DevStack } from '../dev/stack.ts';
import type { Started } from '../dev/started.ts';
import { dockerVersion } from '../tools/docker.ts';
import { removeLeftOvers, withoutLive } from '../tools/left-overs.ts';
import { LABEL, ourContainers } from '../tools/ours.ts';
import { readConfig } from './config.ts';
import { type DevOptions, remarkOnLogs } from './dev-options.ts';
import { ROOT } from './root.ts';

const LINES_PER_SECOND = 10;

export interface Voice {
  /** What is going on right now. */
  say(what: string): void;
  /** A line that stays. */
  remark(line: string): void;
}

/** A stack, and whether it outlives the command. */
export interface Obtained extends Started {
  stays: boolean;
}

/** The stack that was left up, or one that is started now. Throws {@link UsageError} where another one is in the way. */
export async function obtainStack(options: DevOptions, voice: Voice, signal: AbortSignal): Promise<Obtained> {
  const { say, remark } = voice;
  say('looking for what is up');
  await dockerVersion();
  await removeLeftOvers(remark);
  const up = await attachDevStack();
  if (up) return taken(up, options, remark);
  const { images, ports } = readConfig();
  const { app, logDir, keep, config: configFile, linesPerSecond = LINES_PER_SECOND } = options;
  const asked = { root: ROOT, images, configFile, linesPerSecond, keep, signal, ...voice };
  if (options.target === 'k3s') return { ...(await startK3s({ ...asked, app })), stays: keep };
  const words = logDir && remarkOnLogs(logDir);
  if (words) remark(words);
  const own = app ? { image: app } : logDir ? { folder: logDir } : undefined;
  return { ...(await startCompose({ ...asked, ports, own })), stays: keep };
}

/** A stack that was left up is taken as it is; one that another npm run dev works on is not. */
async function taken(stack: DevStack, options: DevOptions, remark: (line: string) => void): Promise<Obtained> {
  const ours = (await ourContainers()).filter(({ labels }) => {
    const name = labels[LABEL] ?? '';
    return stack.kind === 'compose' ? name === PROJECT : name.startsWith(DEV_PREFIX);
  });
  if ((await withoutLive(ours)).length < ours.length)
    throw new UsageError(
      `a dev stack is up already, on ${stack.kind} (engine: ${stack.addresses.engine}), and another npm run dev works on it\n` +
        'use npm run logs, npm run probe or npm run doctor -- --pipeline beside it, or end it there with Ctrl-C',
    );
  const { app, logDir, linesPerSecond, target, config } = options;
  const other = stack.kind !== target || stack.configFile !== config || (app ?? logDir ?? linesPerSecond) !== undefined;
  if (other)
    throw new UsageError(
      `a dev stack was left up, on ${stack.kind} with ${stack.configFile}; the one that was asked for is another\nremove it first: npm run down`,
    );
  remark(`taking the stack that was left up, on ${stack.kind}; it stays: npm run down removes it`);
  return { stack, startDashboards: async () => {}, stays: true };
}
