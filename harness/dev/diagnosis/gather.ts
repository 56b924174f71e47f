import type { DevPart, DevStack } from '../stack.ts';
import { type BufferLook, readBuffer } from './buffer-stage.ts';
import { documentOf } from './engine-look.ts';
import { currentLines, type LogLine, parseLog } from './fluentd-log.ts';
import { type LastLine, lastLineOf } from './searchable-stage.ts';
import type { VolumeLook } from './volume-look.ts';

/** So many of fluentd's last lines are read. */
const LOG_LINES = 2000;

/** What fluentd said since a point in time (ms since the epoch, by its clock) with the configuration that it has now. */
export async function logSince(stack: DevStack, since: number): Promise<LogLine[]> {
  return currentLines(parseLog(await lastLines(stack, 'fluentd', LOG_LINES)), since);
}

/** The last lines of a part's log; none where it can't be read. */
export async function lastWords(stack: DevStack, part: DevPart): Promise<string[]> {
  return lastLines(stack, part, 5).catch(() => []);
}

async function lastLines(stack: DevStack, part: DevPart, tail: number): Promise<string[]> {
  const lines: string[] = [];
  await stack.logs(part, { tail, follow: false }, (line) => lines.push(line));
  return lines;
}

/** fluentd's buffer; a fluentd without monitor_agent tells nothing. */
export async function bufferOf(stack: DevStack): Promise<BufferLook> {
  return readBuffer(await stack.monitor().catch(() => undefined));
}

/** The application's last line before a look, with the time at which its document stands; undefined where it is not found. */
export async function findLastLine(
  stack: DevStack,
  look: VolumeLook,
  signal: AbortSignal | undefined,
): Promise<LastLine | undefined> {
  const last = lastLineOf(look);
  const document = last && (await documentOf(stack.addresses.engine, last, signal));
  return document && { ...last, ...document };
}

/** What was counted since `before`. A counter that was set back counts from 0. */
export function more(now: Record<string, number>, before: Record<string, number>): Record<string, number> {
  const grown = Object.entries(now).map(([key, value]) => {
    const was = before[key] ?? 0;
    return [key, value < was ? value : value - was] as const;
  });
  return Object.fromEntries(grown.filter(([, by]) => by > 0));
}

/** Sum of some counters. */
export function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}
