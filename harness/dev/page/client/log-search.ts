import type { Cursor, Hit, HitPage, Overview } from '../messages.ts';
import { ask, isAbort } from './ask.ts';
import { type Form, formInAddress, keepInAddress, wantedOf } from './form.ts';
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

/** The search: one at a time; a new one gives up the one before. */
class LogSearch {
  form: Form = formInAddress() ?? { last: '15m', logName: '', level: '', text: '' };
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
    keepInAddress(this.form);
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
}

export const search = new LogSearch();
