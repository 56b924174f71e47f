import { relative } from 'node:path';
import { formatDuration } from '../core/duration.ts';
import { orAborted } from './or-aborted.ts';
import type { Applied, DevStack } from './stack.ts';
import { watchFile } from './watch-file.ts';

/** What a reload needs of a probe; harness/dev/probe.ts has it. */
export type SendProbe = (
  stack: DevStack,
  options: { withinMs?: number; signal?: AbortSignal },
) => Promise<{
  stages: { stage: string; afterMs: number | undefined; saw?: string }[];
  searchableMs: number | undefined;
}>;

/** Longest wait for a probe after a reload, ms. */
const PROBE_WITHIN_MS = 30_000;

export interface LiveReloadOptions {
  stack: DevStack;
  probe: SendProbe;
  /** The folder that file names are told from. */
  root: string;
  say(what: string): void;
  /** A line, or several, that stay. */
  print(text: string): void;
  /** Told of each configuration that was tried. */
  reloaded(result: Applied & { searchableMs?: number }): void;
  signal: AbortSignal;
}

/** Until the signal: each saving of td-agent.conf is checked and reloaded, and a probe sent after it; one line tells how that went, or what is wrong and where. */
export async function liveReload(options: LiveReloadOptions): Promise<void> {
  const { stack, print, signal } = options;
  await watchFile(
    stack.configFile,
    async (conf) => {
      try {
        await reloadOnce(options, conf);
      } catch (error) {
        if (!signal.aborted) print(`✘ ${error instanceof Error ? error.message : error}`);
      }
    },
    signal,
  );
}

async function reloadOnce(
  { stack, probe, root, say, print, reloaded, signal }: LiveReloadOptions,
  conf: string,
): Promise<void> {
  const saved = performance.now();
  const name = nameIn(root, stack.configFile);
  say(`${name} saved: fluentd checks it`);
  const applied = await orAborted(stack.apply(conf), signal);
  if (!applied) return;
  if (!applied.applied) {
    reloaded(applied);
    print(
      `✘ ${name}${applied.line === undefined ? '' : `:${applied.line}`}: ${applied.error}${excerpt(conf, applied.line)}\n  the old configuration goes on`,
    );
    return;
  }
  const reloadedMs = performance.now() - saved;
  const how = `${name} ${applied.how} after ${formatDuration(reloadedMs)}`;
  say(`${name} ${applied.how}: sending a probe`);
  const { searchableMs, stages } = await probe(stack, { withinMs: PROBE_WITHIN_MS, signal });
  reloaded({ ...applied, ...(searchableMs === undefined ? {} : { searchableMs }) });
  if (searchableMs !== undefined) {
    print(
      `✔ ${how}: searchable after ${formatDuration(searchableMs)}, ${formatDuration(performance.now() - saved)} from saving`,
    );
    return;
  }
  const last = stages.find(({ afterMs }) => afterMs === undefined);
  print(
    `✘ ${how}, but a probe was not ${last?.stage ?? 'searchable'} within ${formatDuration(PROBE_WITHIN_MS)}${last?.saw ? `: ${last.saw}` : ''}; see npm run doctor -- --pipeline`,
  );
}

/** A file's name from the folder on; whole where it lies elsewhere. */
function nameIn(folder: string, file: string): string {
  const name = relative(folder, file);
  return name.startsWith('..') ? file : name;
}

/** The line that is wrong, with one before and one after it. */
function excerpt(conf: string, line: number | undefined): string {
  if (line === undefined) return '';
  const lines = conf.split('\n');
  return lines
    .slice(Math.max(0, line - 2), line + 1)
    .map((text, i) => {
      const number = Math.max(1, line - 1) + i;
      return `\n  ${number === line ? '>' : ' '} ${String(number).padStart(4)} ${text}`;
    })
    .join('');
}
