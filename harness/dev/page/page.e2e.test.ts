import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Boxes } from '../../../load/bench/boxes.ts';
import { readConfig } from '../../cli/config.ts';
import { recordLine } from '../../core/record.ts';
import { findChromium } from '../../report/browser.ts';
import { fieldsOf } from '../dashboards/fields.ts';
import { savedObjects } from '../dashboards/saved-objects.ts';
import { type FakeStack, fakeStack } from './fake-stack.ts';
import { longTasks, watchLongTasks } from './in-page.ts';
import { type Page, startPage } from './server.ts';

const found = findChromium(process.env['CHROMIUM_PATH']);
const why = 'missing' in found ? ` (skipped: ${found.missing})` : '';
const DOCUMENTS = 1_000_000;
const A_BULK = 10_000;
/** They lie this far apart, ms: a million of them fill ten hours, and seldom more than one index. */
const APART_MS = 36;
const SOON = { timeout: 90_000 };
/** Longest that the page may be deaf, ms. Twice what one feels, as other tests share the machine; the figures are printed. */
const DEAF_MS = 400;

describe.skipIf(!inject('docker') || 'missing' in found)(`the page over a million documents${why}`, () => {
  let boxes: Boxes;
  let engine: string;
  let fake: FakeStack;
  let page: Page;
  let browser: Browser;
  let tab: Tab;
  const troubles: string[] = [];
  const newest = Date.now();

  beforeAll(async () => {
    const { images } = readConfig();
    boxes = await Boxes.open({ rounds: 1, images, say: () => {}, signal: new AbortController().signal });
    const box = await boxes.engine(images.opensearch, 2);
    engine = `http://${box.addressOf(9200)}`;
    const begun = performance.now();
    for (let from = 0; from < DOCUMENTS; from += A_BULK) await index(from, A_BULK);
    await refresh();
    print(`${DOCUMENTS} documents indexed`, begun);
    fake = await fakeStack({ engine });
    page = await startPage(fake.stack);
    browser = await chromium.launch({ executablePath: 'path' in found ? found.path : '' });
    tab = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    // What Chromium says whenever a container beside us gets its network.
    tab.on('console', (message) => {
      if (!message.text().includes('ERR_NETWORK_CHANGED')) troubles.push(message.text());
    });
    tab.on('pageerror', (error) => troubles.push(error.message));
    await tab.addInitScript(watchLongTasks);
  });
  afterAll(async () => {
    await browser?.close();
    await page?.close();
    await fake?.[Symbol.asyncDispose]();
    await boxes?.[Symbol.asyncDispose]();
  });

  /** Documents as the pipeline writes them; the newest has the highest number. Every thousandth is of another log. */
  async function index(from: number, count: number): Promise<void> {
    let body = '';
    for (let seq = from; seq < from + count; seq++) {
      const time = new Date(newest - (DOCUMENTS - 1 - seq) * APART_MS).toISOString();
      const id = { run: 'r1', stream: 'pod.0.0', seq };
      const more = { '@timestamp': time, '@log_name': seq % 1000 === 0 ? 'other.log' : 'docswave.applog' };
      const line = recordLine('json', id, time, 60);
      body += `{"create":{"_index":"logstash-${time.slice(0, 10).replaceAll('-', '.')}"}}\n${line.slice(0, -1)},${JSON.stringify(more).slice(1)}\n`;
    }
    const response = await fetch(`${engine}/_bulk`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });
    expect(await response.json()).toMatchObject({ errors: false });
  }
  const refresh = () => fetch(`${engine}/logstash-*/_refresh`, { method: 'POST' });

  /** The numbers of the records that rows show, by their times. */
  const numbers = async () => {
    const times = await tab
      .locator('.row time')
      .evaluateAll((all) => all.map((one) => one.getAttribute('datetime') ?? ''));
    return times.map((time) => DOCUMENTS - 1 - (newest - Date.parse(time)) / APART_MS);
  };
  const sum = async () => (await tab.locator('.sum').textContent())?.trim();

  /** Does something, waits until it shows, and sees that the page was never deaf for long. */
  async function timed(what: string, act: () => Promise<unknown>, shows: () => Promise<void>): Promise<void> {
    await tab.evaluate(longTasks);
    const begun = performance.now();
    await act();
    await shows();
    const tasks = await tab.evaluate(longTasks);
    print(
      `${what}; longest tasks ${
        tasks
          .toSorted((a, b) => b - a)
          .slice(0, 3)
          .join(', ') || 'below 50'
      } ms`,
      begun,
    );
    expect(Math.max(0, ...tasks), what).toBeLessThan(DEAF_MS);
    expect(troubles).toEqual([]);
  }

  test('opens, and counts them all', async () => {
    await timed(
      'opened',
      () => tab.goto(`${page.url}/#logName=&level=`),
      () => expect.poll(sum, SOON).toBe('1,000,000 documents, 100 shown'),
    );
    expect(await numbers()).toEqual(Array.from({ length: 100 }, (_, i) => DOCUMENTS - 1 - i));
    await expect.poll(() => tab.locator('.stage:last-child .main').textContent(), SOON).toContain('1,000,000');
  });

  test('finds one by its words, those of a level, those of a log', async () => {
    // The count may come before the rows, here and below.
    await timed(
      'one by its id',
      () => tab.fill('#search', '"r1/pod.0.0/000777777"'),
      () => expect.poll(sum, SOON).toBe('1 document'),
    );
    await expect.poll(numbers, SOON).toEqual([777_777]);
    await tab.fill('#search', '');
    await timed(
      'a level',
      () => tab.selectOption('select[name=level]', 'warn'),
      () => expect.poll(sum, SOON).toBe('100,000 documents, 100 shown'),
    );
    await expect.poll(async () => (await numbers()).filter((n) => n % 10 !== 9), SOON).toEqual([]);
    await tab.selectOption('select[name=level]', '');
    await timed(
      'a log',
      () => tab.selectOption('select[name=logName]', 'other.log'),
      () => expect.poll(sum, SOON).toBe('1,000 documents, 100 shown'),
    );
    await timed(
      'all again',
      () => tab.selectOption('select[name=logName]', ''),
      () => expect.poll(sum, SOON).toBe('1,000,000 documents, 100 shown'),
    );
  });

  test('a word that is typed letter by letter is searched for once it rests', async () => {
    await timed(
      'typed 20 letters',
      () => tab.locator('#search').pressSequentially('warn 000123459 -else', { delay: 60 }),
      () => expect.poll(sum, SOON).toBe('1 document'),
    );
    await expect.poll(numbers, SOON).toEqual([123_459]);
    await tab.fill('#search', '');
    await expect.poll(sum, SOON).toBe('1,000,000 documents, 100 shown');
  });

  test('pages deep without a gap, and keeps a thousand rows', async () => {
    await timed(
      'scrolled through 2,000 rows',
      async () => {},
      () =>
        expect
          .poll(async () => {
            // As somebody does who sees that nothing comes: where rows could not be had, no row moves the end away.
            await tab.locator('.rows').evaluate((box) => {
              box.scrollBy(0, -1);
              box.scrollTo(0, box.scrollHeight);
            });
            const shown = await numbers();
            expect(shown).toEqual(Array.from({ length: shown.length }, (_, i) => shown[0]! - i));
            expect(shown.length).toBeLessThanOrEqual(1000);
            return shown.at(-1);
          }, SOON)
          .toBeLessThanOrEqual(DOCUMENTS - 2000),
    );
    await tab.getByRole('button', { name: /Back to the newest/ }).click();
    await expect.poll(async () => (await numbers())[0], SOON).toBe(DOCUMENTS - 1);
  });

  test('tail shows what arrives', async () => {
    await tab.keyboard.press('Escape');
    await tab.keyboard.press('t');
    await index(DOCUMENTS, 5);
    await timed(
      'tail',
      () => refresh(),
      () =>
        expect
          .poll(async () => (await numbers()).slice(0, 6), SOON)
          .toEqual([4, 3, 2, 1, 0, -1].map((n) => DOCUMENTS + n)),
    );
    await tab.keyboard.press('t');
  });

  test('a shorter time range', async () => {
    await timed(
      'the last 5 minutes',
      () => tab.selectOption('select[name=range]', '5m'),
      () => expect.poll(sum, SOON).toMatch(/^[\d,]{1,5} documents?/),
    );
  });

  test('Dashboards’ saved objects name fields that the engine has, and can count by', async () => {
    const fields = [...new Set(savedObjects().flatMap(fieldsOf))];
    const answer = await fetch(`${engine}/logstash-*/_field_caps?fields=${encodeURIComponent(fields.join(','))}`);
    const caps = ((await answer.json()) as { fields: Record<string, Record<string, { aggregatable: boolean }>> })
      .fields;
    for (const field of fields) {
      const kinds = Object.values(caps[field] ?? {});
      expect(kinds.length, field).toBe(1);
      if (field.endsWith('.keyword')) expect(kinds[0]?.aggregatable, field).toBe(true);
    }
  });
});

function print(what: string, since: number): void {
  process.stdout.write(`page: ${what}, ${Math.round(performance.now() - since)} ms\n`);
}
