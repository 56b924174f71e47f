import { pause } from '../core/condition.ts';
import { EnvironmentError } from '../core/trouble.ts';
import { type LiveReading, liveLine, readLive } from '../dev/live.ts';
import { liveReload } from '../dev/live-reload.ts';
import { orAborted } from '../dev/or-aborted.ts';
import { startPage } from '../dev/page/server.ts';
import { probe } from '../dev/probe.ts';
import type { DevStack } from '../dev/stack.ts';
import type { Started } from '../dev/started.ts';
import { type DashboardsImage, withDashboards } from './dev-dashboards.ts';
import type { DevOptions } from './dev-options.ts';
import type { Progress } from './progress.ts';
import { ROOT } from './root.ts';

const LIVE = 'live';
/** Between two readings, ms; rates are over the last few of them. */
const READ_EVERY_MS = 1000;
const RATE_OVER = 5;
/** Where stdout is no terminal: a line every so often, in readings. */
const QUIET_EVERY = 15;

/** Everything that goes on while one works; ends with the signal, or where the stack is gone. */
export async function workOn(
  options: DevOptions,
  { stack, startDashboards }: Started,
  image: DashboardsImage | undefined,
  progress: Progress,
  signal: AbortSignal,
) {
  const ending = new AbortController();
  const over = AbortSignal.any([signal, ending.signal]);
  const print = (text: string) => progress.print(text);
  const page = await startPage(stack, {
    ...(options.pagePort === undefined ? {} : { port: options.pagePort }),
    signal: over,
  });
  print(addresses(stack, page.url));
  progress.start(LIVE);
  const say = (what: string) => progress.say(LIVE, what);
  const jobs = [
    showLive(stack, progress, over),
    liveReload({
      stack,
      probe,
      root: ROOT,
      say,
      print,
      reloaded: (result) => page.reloaded(result),
      signal: over,
    }),
    image === undefined ? undefined : withDashboards(stack, startDashboards, image, print, over),
  ];
  try {
    await Promise.all(jobs);
  } finally {
    ending.abort();
    await Promise.allSettled(jobs);
    await page.close();
  }
}

function addresses({ addresses: at, configFile }: DevStack, page: string): string {
  const lines: [string, string | undefined][] = [
    ['page', page],
    ['engine', at.engine],
    ['edge', `${at.edgeAdmin}/counters`],
    ['dashboards', at.dashboards],
    ['configuration', `${configFile} (saved: checked and reloaded)`],
  ];
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name.padEnd(14)}${value}`])).join('\n');
}

async function showLive(stack: DevStack, progress: Progress, signal: AbortSignal): Promise<void> {
  const readings: LiveReading[] = [];
  for (let looks = 0; !signal.aborted; looks++) {
    const now = await orAborted(readLive(stack), signal);
    if (!now) return;
    if (now.silent.length === 3) await assertThere(stack);
    const line = liveLine(readings.at(-RATE_OVER) ?? readings[0], now);
    progress.say(LIVE, line);
    if (!process.stdout.isTTY && looks % QUIET_EVERY === 1) progress.print(line);
    readings.push(now);
    if (readings.length > RATE_OVER) readings.shift();
    await pause(READ_EVERY_MS, signal).catch(() => {});
  }
}

/** Throws where the stack was taken down behind our back. */
async function assertThere(stack: DevStack): Promise<void> {
  const parts = await stack.parts().catch(() => []);
  if (parts.every(({ state }) => state === 'absent'))
    throw new EnvironmentError('the stack is gone: somebody else took it down');
}
