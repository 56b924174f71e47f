import type { Wanted } from '../messages.ts';

/** What the form says. Of the times, `last` counts back from now. */
export interface Form {
  last?: '5m' | '15m' | '1h' | '24h' | '7d';
  /** ms since the epoch. */
  from?: number;
  to?: number;
  logName: string;
  level: string;
  text: string;
}

const LAST_MS = { '5m': 300_000, '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 };
export const RANGES = Object.keys(LAST_MS) as (keyof typeof LAST_MS)[];

/** What a form asks for, now. `last` has no end: a document whose time is still to come is found too. */
export function wantedOf({ last, from, to, logName, level, text }: Form, now = Date.now()): Wanted {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    ...(last ? { from: iso(now - LAST_MS[last]) } : {}),
    ...(from === undefined ? {} : { from: iso(from) }),
    ...(to === undefined ? {} : { to: iso(to) }),
    ...(logName ? { logName } : {}),
    ...(level ? { level } : {}),
    ...(text.trim() ? { text: text.trim() } : {}),
  };
}

/** Keeps a search in the page's address, where it can be copied from and outlives a reload. */
export function keepInAddress(form: Form): void {
  const entries = Object.entries(form).filter(([, value]) => value !== '' && value !== undefined);
  history.replaceState(null, '', `#${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`);
}

/** The search in the page's address; undefined where there is none. */
export function formInAddress(): Form | undefined {
  const read = new URLSearchParams(location.hash.slice(1));
  if (read.size === 0) return undefined;
  const time = (name: string) => (Number(read.get(name)) > 0 ? Number(read.get(name)) : undefined);
  const [last, from, to] = [RANGES.find((one) => one === read.get('last')), time('from'), time('to')];
  const word = (name: string) => read.get(name) ?? '';
  return {
    ...{ logName: word('logName'), level: word('level'), text: word('text') },
    ...(last ? { last } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  };
}
