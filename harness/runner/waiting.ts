import type { Blocked } from '../core/ledger-book.ts';

/** How long applications waited for one error of the operating system, ms, in how many goes; the longest of them. */
export interface Waiting {
  error: string;
  totalMs: number;
  longestMs: number;
  times: number;
}

/** Sums up when applications could not write, by error. */
export function waitingOf(blocked: readonly Blocked[]): Waiting[] {
  return [...Map.groupBy(blocked, ({ error }) => error)].map(([error, goes]) => {
    const lengths = goes.map(({ from, to }) => to - from);
    return {
      error,
      totalMs: lengths.reduce((sum, ms) => sum + ms, 0),
      longestMs: Math.max(...lengths),
      times: goes.length,
    };
  });
}
