import { readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pause } from '../core/condition.ts';

/** An editor that saves writes, renames and touches within this time, ms: one change. */
const BURST_MS = 60;

/**
 * Hands on each new content of a file, one after another, until the signal. The folder is watched, as editors put new files in old ones' places; what
 * comes while `take` is at work is one change afterwards. A file that is away or empty for a moment is waited for.
 */
export async function watchFile(
  file: string,
  take: (content: string) => Promise<void>,
  signal: AbortSignal,
  burstMs: number = BURST_MS,
): Promise<void> {
  let known = readFileSync(file, 'utf8');
  let stir = () => {};
  const watcher = watch(dirname(file), (_event, name) => {
    if (name === null || name === basename(file)) stir();
  });
  const end = () => stir();
  signal.addEventListener('abort', end);
  try {
    while (!signal.aborted) {
      const stirred = new Promise<void>((resolve) => {
        stir = resolve;
      });
      const content = contentOf(file);
      if (content && content !== known) {
        await pause(burstMs, signal).catch(() => {});
        // Still being written: once more.
        if (contentOf(file) !== content || signal.aborted) continue;
        known = content;
        await take(content);
        continue;
      }
      await stirred;
    }
  } finally {
    signal.removeEventListener('abort', end);
    watcher.close();
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
