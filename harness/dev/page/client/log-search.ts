import type { Cursor, Hit, HitPage, Overview, Wanted } from '../messages.ts';
import { ask, isAbort } from './ask.ts';
import { histogram } from './histogram.ts';
import { changed } from './store.ts';

/** Rest after the last key before a search begins, ms. */
const REST_MS = 200;
/** Between two looks while the newest are followed, ms. */
const TAIL_MS = 1000;
/** Between two counts while the newest are followed, ms: they cost more than the newest page. */
const TAIL_COUNT_MS = 5000;
/** Rows that are shown at most. */
export const MOST_ROWS = 1000;

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

/** The search: one at a time; a new one gives up the one before. */
class LogSearch {
  form: Form = { last: '15m', logName: '', level: '', text: '' };
  hits: Hit[] = [];
  /** Rows that were let go of above the first that is shown. */
  above = 0;
  overview: Overview | undefined;
  trouble: string | undefined;
  busy = false;
  tail = false;
  /** Tail rests while a row is open. */
  resting = false;
  #next: Cursor | undefined;
  #search = new AbortController();
  #count = new AbortController();
  #rest: ReturnType<typeof setTimeout> | undefined;
  #countedAt = 0;

  /** Changes what is looked for; letters are waited for until the last. */
  change(part: Partial<Form>, typing = false): void {
    this.form = { ...this.form, ...part };
    this.keepInAddress();
    clearTimeout(this.#rest);
    if (typing) this.#rest = setTimeout(() => void this.run(), REST_MS);
    else void this.run();
    changed();
  }

  /** Chooses a time range: the last so long, one between two times, or all. */
  range(range: Pick<Form, 'last' | 'from' | 'to'>): void {
    const { logName, level, text } = this.form;
    this.form = { logName, level, text, ...range };
    this.change({});
  }

  /** Searches from the newest on. */
  async run(): Promise<void> {
    clearTimeout(this.#rest);
    await Promise.all([this.#first(), this.#overview()]);
  }

  /** Goes on behind the last row. */
  async older(): Promise<void> {
    if (!this.#next || this.busy) return;
    this.tail = false;
    await this.#ask(async (signal) => {
      const page = await ask<HitPage>(
        `/api/search?${this.#query()}&after=${encodeURIComponent(JSON.stringify(this.#next))}`,
        { signal },
      );
      const all = [...this.hits, ...page.hits];
      this.above += Math.max(0, all.length - MOST_ROWS);
      this.hits = all.slice(-MOST_ROWS);
      this.#next = page.next;
    });
  }

  get hasOlder(): boolean {
    return this.#next !== undefined;
  }

  /** Follows the newest, or stops to. */
  follow(tail: boolean): void {
    this.tail = tail;
    this.resting = false;
    changed();
    if (tail) void this.run();
  }

  /** One look after another for as long as the page is open; it rests while nobody looks. */
  async followNewest(): Promise<never> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, TAIL_MS));
      if (!this.tail || this.resting || document.hidden || this.busy) continue;
      const counts = performance.now() - this.#countedAt > TAIL_COUNT_MS ? this.#overview() : undefined;
      await Promise.all([this.#first(), counts]);
    }
  }

  async #first(): Promise<void> {
    await this.#ask(async (signal) => {
      const page = await ask<HitPage>(`/api/search?${this.#query()}`, { signal });
      this.hits = page.hits;
      this.above = 0;
      this.#next = page.next;
    });
  }

  async #ask(what: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#search.abort();
    const mine = new AbortController();
    this.#search = mine;
    this.busy = true;
    changed();
    try {
      await what(mine.signal);
      this.trouble = undefined;
    } catch (error) {
      if (isAbort(error)) return;
      this.trouble = (error as Error).message;
    } finally {
      if (this.#search === mine) this.busy = false;
      changed();
    }
  }

  async #overview(): Promise<void> {
    this.#count.abort();
    const mine = new AbortController();
    this.#count = mine;
    try {
      const overview = await ask<Overview>(`/api/overview?${this.#query()}`, { signal: mine.signal });
      this.overview = overview;
      this.#countedAt = performance.now();
      histogram.show(overview, ...this.#times());
    } catch (error) {
      // The search says the same.
      if (!isAbort(error)) this.overview = undefined;
    }
    changed();
  }

  /** The range that was searched, ms since the epoch; up to now where it has no end of its own. */
  #times(): [from: number | undefined, to: number] {
    const { from, to } = wantedOf(this.form);
    return [from === undefined ? undefined : Date.parse(from), to === undefined ? Date.now() : Date.parse(to)];
  }

  #query(): string {
    return new URLSearchParams(Object.entries(wantedOf(this.form)) as [string, string][]).toString();
  }

  /** Keeps the search in the page's address, where it can be copied from and outlives a reload. */
  keepInAddress(): void {
    const entries = Object.entries(this.form).filter(([, value]) => value !== '' && value !== undefined);
    history.replaceState(null, '', `#${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`);
  }

  /** Begins with the search in the page's address, where there is one. */
  readAddress(): void {
    const read = new URLSearchParams(location.hash.slice(1));
    if (read.size === 0) return;
    const time = (name: string) => (Number(read.get(name)) > 0 ? Number(read.get(name)) : undefined);
    const [last, from, to] = [RANGES.find((one) => one === read.get('last')), time('from'), time('to')];
    const word = (name: string) => read.get(name) ?? '';
    this.form = {
      ...{ logName: word('logName'), level: word('level'), text: word('text') },
      ...(last ? { last } : {}),
      ...(from ? { from } : {}),
      ...(to ? { to } : {}),
    };
  }
}

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

export const search = new LogSearch();
