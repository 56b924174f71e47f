import { type Browser, type BrowserContextOptions, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findChromium } from '../../report/browser.ts';
import { weakTexts, widths } from '../../report/in-page.ts';
import { type FakeStack, fakeStack } from './fake-stack.ts';
import { nameless } from './in-page.ts';
import type { ProbeResult } from './messages.ts';
import { type Page, startPage } from './server.ts';

const found = findChromium(process.env['CHROMIUM_PATH']);
const why = 'missing' in found ? ` (skipped: ${found.missing})` : '';
const LOOKS = [
  { name: 'light', width: 1280, scheme: 'light' },
  { name: 'dark', width: 1280, scheme: 'dark' },
  { name: 'a phone', width: 360, scheme: 'light' },
  { name: 'a dark phone', width: 360, scheme: 'dark' },
] as const;
/** Longest that something may take to show, ms: one event a second, on a machine that does other things. */
const SOON = { timeout: 15_000 };
/** What Chromium says whenever a container beside us gets its network; the page copes with it. */
const BESIDES = /ERR_NETWORK_CHANGED/;
const PLANTED = '<img src=x onerror="document.title=\'planted\'"><script>document.title="planted"</script>';

describe.skipIf('missing' in found)(`the page in Chromium${why}`, () => {
  let browser: Browser;
  let fake: FakeStack;
  let page: Page;
  let tab: Tab;
  let troubles: string[];
  const probe = { now: async (): Promise<ProbeResult> => PROBED };
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: 'path' in found ? found.path : '' });
  }, 60_000);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    fake = await fakeStack();
    page = await startPage(fake.stack, { probe: () => probe.now() });
    troubles = [];
  });
  afterEach(async () => {
    await tab?.context().close();
    await page.close();
    await fake[Symbol.asyncDispose]();
  });

  /** Opens the page and waits until its figures are there. */
  async function open(options: BrowserContextOptions = {}, path = ''): Promise<void> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      timezoneId: 'Asia/Seoul',
      ...options,
    });
    tab = await context.newPage();
    tab.on('console', (message) => {
      if (!BESIDES.test(message.text())) troubles.push(message.text());
    });
    tab.on('pageerror', (error) => troubles.push(error.message));
    tab.on('request', (request) => {
      if (!request.url().startsWith(page.url) && !request.url().startsWith('data:'))
        troubles.push(`asked for ${request.url()}`);
    });
    await tab.goto(page.url + path);
    await expect.poll(text('.line'), SOON).toBe('live');
    await expect.poll(text('.sum'), SOON).toMatch(/\d+ document/);
  }
  const text = (selector: string) => async () => (await tab.locator(selector).first().textContent())?.trim();
  const rows = () => tab.locator('.row .text').allTextContents();
  const stage = (name: string) => text(`.stage:has(h3:text-is("${name}"))`);
  const numbers = (texts: string[]) => texts.map((one) => Number(one.match(/number(\d+)/)?.[1]));

  describe.each(LOOKS)('in $name', ({ width, scheme }) => {
    test('no error, no foreign request, no sideways scroll, names and contrast throughout', async () => {
      fake.index(150);
      fake.index(1, { level: 'error', message: 'x'.repeat(3000) });
      fake.write(10, false);
      fake.say('2026-11-25 12:00:00 +0000 [warn]: #0 failed to flush the buffer. retry_times=1');
      fake.say(`2026-11-25 12:00:00 +0000 [error]: #0 ${'y'.repeat(500)}`);
      page.reloaded({ applied: false, error: 'unknown parameter', file: 'td-agent.conf', line: 3 });
      fake.parts[0] = { part: 'application', state: 'ended', saw: 'ended with exit code 1' };
      await open({ viewport: { width, height: 800 }, colorScheme: scheme });
      await tab.click('.fault >> nth=0');
      await tab.click('.row button >> nth=0');
      await expect.poll(text('.faults [role=status]'), SOON).toContain('Outage is in force');
      await expect.poll(stage('Application'), SOON).toContain('ended with exit code 1');
      await expect.poll(text('.conf .wrong'), SOON).toContain('# the file');
      expect(await tab.evaluate(weakTexts)).toEqual([]);
      expect(await tab.evaluate(nameless)).toEqual([]);
      const [content, window] = await tab.evaluate(widths);
      expect(content).toBeLessThanOrEqual(window);
      expect(troubles).toEqual([]);
    });
  });

  test('comes up where a part of it, and then a question, was lost on its way', async () => {
    fake.index(5);
    const context = await browser.newContext();
    tab = await context.newPage();
    const lost = new Set<string>();
    await tab.route(/main\.ts|way-view\.ts|logs\.css|api\/search/, (route) => {
      const path = new URL(route.request().url()).pathname;
      if (lost.has(path)) return route.continue();
      lost.add(path);
      return route.abort('internetdisconnected');
    });
    await tab.goto(page.url);
    await expect.poll(() => tab.locator('.row').count(), SOON).toBe(5);
    expect(lost.size).toBe(4);
  });

  test('shows the way of a record as it changes', async () => {
    fake.index(7);
    fake.write(10);
    await open();
    await expect.poll(stage('Engine'), SOON).toMatch(/7\s+documents/);
    await expect.poll(stage('File'), SOON).toMatch(/0 B\s+unread/);
    fake.write(10, false);
    await expect.poll(stage('File'), SOON).toMatch(/260 B\s+unread/);
    Object.assign(fake.output, { buffer_total_queued_size: 2048, retry_count: 3 });
    fake.say('2026-11-25 12:00:00 +0000 [warn]: #0 [domain] failed to flush the buffer. retry_times=2');
    await expect.poll(stage('fluentd'), SOON).toMatch(/2.0 KiB\s+in the buffer.*could not deliver, and tries again/s);
    fake.say('2026-11-25 12:00:09 +0000 [warn]: #0 [domain] retry succeeded. chunk_id="6446d"');
    await expect.poll(stage('fluentd'), SOON).not.toContain('could not deliver');
    fake.index(3);
    await expect.poll(stage('Engine'), SOON).toMatch(/10\s+documents/);
    Object.assign(fake.deadLetters, { emit_records: 4 });
    await expect.poll(stage('fluentd'), SOON).toMatch(/put aside\s*4/);
    fake.engine.mood.refuses = 'no room';
    await expect.poll(stage('Engine'), SOON).toContain('the engine answered 503: no room');
    fake.engine.mood.refuses = undefined;
    await expect.poll(stage('Engine'), SOON).toMatch(/10\s+documents/);
    expect(await tab.locator('.way canvas').count()).toBe(1);
  });

  test.each([
    ['Outage', { refusal: 'unavailable' }],
    ['Throttle', { refusal: 'throttled' }],
    ['Slow', { delayMs: 5000 }],
    ['Expired credentials', { refusal: 'expired token' }],
  ])('the button "%s" does so at the edge, shows it, and heals', async (label, answer) => {
    await open();
    const button = tab.getByRole('button', { name: label, exact: true });
    const inForce = async () =>
      (await fake.admin.bites('page')).filter((bite) => bite.inForce).map(({ rule }) => rule.answer);
    await button.click();
    await expect.poll(inForce, SOON).toEqual([answer]);
    await expect.poll(text('.faults [role=status]'), SOON).toContain(`${label} is in force`);
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await tab.getByRole('button', { name: 'Heal' }).click();
    await expect.poll(inForce, SOON).toEqual([]);
    await expect.poll(text('.faults [role=status]'), SOON).toContain('Nothing is in force');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    expect(troubles).toEqual([]);
  });

  test('shows what another page put in force', async () => {
    await open();
    await fetch(`${page.url}/api/fault`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"fault":"slow"}',
    });
    await expect.poll(text('.faults [role=status]'), SOON).toContain('Slow is in force');
  });

  test('a probe shows its stages, or what became of it', async () => {
    await open();
    const button = tab.getByRole('button', { name: 'Send a probe' });
    await button.click();
    await expect
      .poll(text('.probe [role=status]'), SOON)
      .toMatch(/Searchable after 1.4s, in logstash-1.*written 3ms.*searchable 1.4s/s);
    const saw = 'fluentd stands at byte 12';
    probe.now = async () => ({
      id: 'p2',
      stages: [
        { stage: 'written', afterMs: 3 },
        { stage: 'read', saw },
      ],
    });
    await button.click();
    await expect
      .poll(text('.probe [role=status]'), SOON)
      .toMatch(/No search found it in time.*read not seen \(fluentd stands/s);
    probe.now = async () => {
      throw new Error('not searchable within 60 s: the edge refuses');
    };
    await button.click();
    await expect.poll(text('.probe [role=status]'), SOON).toContain('the edge refuses');
    probe.now = async () => PROBED;
  });

  describe('logs', () => {
    test('words, level and @log_name narrow what is shown; counts tell', async () => {
      fake.index(200);
      fake.index(3, { '@log_name': 'other.log' });
      await open();
      expect((await rows()).length).toBe(100);
      await tab.selectOption('select[name=level]', 'warn');
      await expect.poll(text('.sum'), SOON).toMatch(/^20 documents/);
      await tab.selectOption('select[name=level]', '');
      await tab.selectOption('select[name=logName]', 'other.log');
      await expect.poll(async () => numbers(await rows()), SOON).toEqual([202, 201, 200]);
      await tab.selectOption('select[name=logName]', '');
      await tab.fill('#search', 'number17');
      await expect.poll(async () => (await rows()).length, SOON).toBe(11);
      expect(new URL(tab.url()).hash).toContain('text=number17');
      await tab.reload();
      await expect.poll(async () => (await rows()).length, SOON).toBe(11);
      expect(await tab.inputValue('#search')).toBe('number17');
    });

    test('typing asks once it rests, and gives up what was asked before', async () => {
      fake.index(50);
      await open();
      fake.engine.mood.lateMs = 60_000;
      const asked = () => fake.engine.asked.filter(({ body }) => body.size === 100);
      const before = asked().length;
      await tab.locator('#search').pressSequentially('number1', { delay: 20 });
      await expect.poll(() => asked().length, SOON).toBe(before + 1);
      fake.engine.mood.lateMs = 0;
      await tab.locator('#search').pressSequentially('1', { delay: 20 });
      await expect.poll(async () => numbers(await rows()), SOON).toEqual([11]);
      // The page of rows, and the count beside it.
      await expect.poll(() => fake.engine.givenUp(), SOON).toBe(2);
    });

    test('older rows come page by page as one scrolls, each once, and no more than a thousand stay', async () => {
      fake.index(1250);
      await open();
      await tab.locator('#older').click();
      await expect.poll(async () => (await rows()).length, SOON).toBeGreaterThanOrEqual(200);
      const scrolledToTheEnd = async () => {
        await tab.locator('.rows').evaluate((box) => box.scrollTo(0, box.scrollHeight));
        const shown = numbers(await rows());
        const newest = shown[0]!;
        expect(shown).toEqual(Array.from({ length: shown.length }, (_, i) => newest - i));
        expect(shown.length).toBeLessThanOrEqual(1000);
        return shown.at(-1);
      };
      await expect.poll(scrolledToTheEnd, SOON).toBe(0);
      expect((await rows()).length).toBe(1000);
      expect(await tab.locator('#older').count()).toBe(0);
      await tab.getByRole('button', { name: /Back to the newest \(250 rows above\)/ }).click();
      await expect.poll(async () => numbers(await rows())[0], SOON).toBe(1249);
    });

    test('time ranges; documents that are outside are pointed to', async () => {
      fake.index(4, {}, 7_200_000);
      await open();
      await expect.poll(text('.empty'), SOON).toContain('4 documents outside');
      await tab.getByRole('button', { name: 'Show all times' }).click();
      await expect.poll(async () => (await rows()).length, SOON).toBe(4);
      await tab.selectOption('select[name=range]', '1h');
      await expect.poll(async () => (await rows()).length, SOON).toBe(0);
      await tab.selectOption('select[name=range]', 'between');
      const local = (ms: number) => new Date(ms + 9 * 3_600_000).toISOString().slice(0, 19);
      await tab.fill('input[name=from]', local(Date.now() - 10_800_000));
      await tab.locator('input[name=from]').dispatchEvent('change');
      await expect.poll(async () => (await rows()).length, SOON).toBe(4);
    });

    test('dragging over the bars chooses a time range', async () => {
      fake.index(5);
      fake.index(3, {}, 600_000);
      await open();
      await expect.poll(async () => (await rows()).length, SOON).toBe(8);
      const box = (await tab.locator('.histogram .u-over').boundingBox())!;
      await tab.mouse.move(box.x + 5, box.y + 20);
      await tab.mouse.down();
      await tab.mouse.move(box.x + box.width / 2, box.y + 30, { steps: 5 });
      await tab.mouse.up();
      await expect.poll(async () => (await rows()).length, SOON).toBe(3);
      expect(await tab.inputValue('select[name=range]')).toBe('between');
    });

    test('tail: the newest arrive by themselves, rest while a row is open, and stop when told', async () => {
      fake.index(5);
      await open();
      await tab.click('#tail');
      fake.index(1);
      await expect.poll(async () => numbers(await rows())[0], SOON).toBe(5);
      await tab.locator('.row button').first().click();
      await expect.poll(text('.sum')).toContain('tail rests');
      const asked = fake.engine.asked.length;
      fake.index(1);
      await expect.poll(() => fake.engine.asked.length, SOON).toBeGreaterThan(asked + 5);
      expect(numbers(await rows())[0]).toBe(5);
      await tab.locator('.row button').first().click();
      await expect.poll(async () => numbers(await rows())[0], SOON).toBe(6);
      await tab.click('#tail');
      await expect.poll(text('#tail')).toBe('Tail');
      fake.index(1);
      const then = fake.engine.asked.length;
      await expect.poll(() => fake.engine.asked.length, SOON).toBeGreaterThan(then + 5);
      expect(numbers(await rows())[0]).toBe(6);
    });

    test('what the engine says when it fails', async () => {
      fake.index(5);
      await open();
      fake.engine.mood.refuses = 'all shards failed';
      await tab.fill('#search', 'word');
      await expect.poll(text('.logs [role=alert]'), SOON).toBe('the engine answered 503: all shards failed');
      fake.engine.mood.refuses = undefined;
      await tab.fill('#search', '');
      await expect.poll(async () => (await rows()).length, SOON).toBe(5);
      await expect.poll(() => tab.locator('.logs [role=alert]').count(), SOON).toBe(0);
    });

    test('text of lines is text, wherever it shows', async () => {
      fake.index(2, { message: PLANTED, level: PLANTED, '@log_name': PLANTED, [PLANTED]: PLANTED });
      fake.say(`2026-11-25 12:00:00 +0000 [warn]: ${PLANTED}`);
      page.reloaded({ applied: false, error: PLANTED, file: PLANTED });
      await open();
      await tab.locator('.row button').first().click();
      await expect.poll(text('.whole'), SOON).toContain(PLANTED);
      await expect.poll(text('.log'), SOON).toContain(PLANTED);
      await expect.poll(text('.reload'), SOON).toContain(PLANTED);
      expect(await rows()).toEqual([PLANTED, PLANTED]);
      expect(await tab.locator('img').count()).toBe(0);
      expect(await tab.title()).toBe('Sidecar pipeline');
      expect(troubles).toEqual([]);
    });
  });

  test('keys: /, t, ?, arrows and Esc', async () => {
    fake.index(5);
    await open();
    const focused = () =>
      tab.evaluate('document.activeElement.id || document.activeElement.textContent.trim().slice(-30)');
    await tab.keyboard.press('/');
    expect(await focused()).toBe('search');
    await tab.keyboard.type('t/?number2');
    expect(await tab.inputValue('#search')).toBe('t/?number2');
    await tab.keyboard.press('Escape');
    expect(await tab.inputValue('#search')).toBe('');
    await tab.keyboard.press('Escape');
    expect(await focused()).not.toBe('search');
    await tab.keyboard.press('t');
    await expect.poll(() => tab.getAttribute('#tail', 'aria-pressed')).toBe('true');
    await tab.keyboard.press('t');
    await expect.poll(() => tab.getAttribute('#tail', 'aria-pressed')).toBe('false');
    await tab.keyboard.press('?');
    expect(await tab.locator('dialog[open]').count()).toBe(1);
    await tab.keyboard.press('Escape');
    expect(await tab.locator('dialog[open]').count()).toBe(0);
    await expect.poll(async () => (await rows()).length, SOON).toBe(5);
    await tab.locator('.row button').first().focus();
    await tab.keyboard.press('ArrowDown');
    expect(await focused()).toContain('number3');
    await tab.keyboard.press('Enter');
    await expect.poll(() => tab.locator('.whole').count()).toBe(1);
    await tab.keyboard.press('Escape');
    await expect.poll(() => tab.locator('.whole').count()).toBe(0);
  });

  test('all that can be pressed is reached by Tab, and shows that it is', async () => {
    fake.index(5);
    await open();
    await expect.poll(() => tab.getByRole('link', { name: 'Engine' }).count(), SOON).toBe(1);
    const reached = new Set<string>();
    for (let i = 0; i < 40; i++) {
      await tab.keyboard.press('Tab');
      const here = (await tab.evaluate(
        '(({ activeElement: e }) => e === document.body ? "" : [e.ariaLabel ?? e.name ?? "", e.textContent.trim().slice(0, 20), getComputedStyle(e).outlineStyle].join("|"))(document)',
      )) as string;
      if (here === '') break;
      expect(here).toMatch(/\|(solid|auto)$/);
      reached.add(here);
    }
    for (const name of [
      'To the search',
      'Engine',
      'Keys',
      'Outage',
      'Expired credentials',
      'Send a probe',
      'range',
      'level',
      'logName',
      'Tail',
      'td-agent.conf',
      'fluentd’s log',
    ])
      expect(
        [...reached].some((one) => one.includes(name)),
        `${name} in ${[...reached].join(', ')}`,
      ).toBe(true);
  });

  test('configuration: its text, then what came of a change', async () => {
    await open();
    await expect.poll(text('.configuration'), SOON).toContain('Not changed since');
    await expect.poll(text('.conf'), SOON).toContain('pos_file');
    page.reloaded({ applied: true, how: 'reloaded in place', searchableMs: 1400 });
    await expect.poll(text('.reload'), SOON).toMatch(/reloaded in place; a probe was searchable after 1.4s/);
    page.reloaded({ applied: false, error: 'unknown parameter "pahts"', file: '/etc/td-agent/td-agent.conf', line: 4 });
    await expect.poll(text('.reload'), SOON).toMatch(/td-agent.conf, line 4.*pahts/s);
    await expect.poll(() => tab.locator('.conf .wrong').count(), SOON).toBe(1);
  });

  test('fluentd’s messages, all or those of trouble', async () => {
    fake.say('2026-11-25 12:00:00 +0000 [info]: #0 fluentd worker is now running');
    fake.say('2026-11-25 12:00:01 +0000 [error]: #0 something broke');
    await open();
    await expect.poll(() => tab.locator('.log li').count(), SOON).toBe(2);
    await tab.getByLabel('warnings and errors only').check();
    await expect
      .poll(() => tab.locator('.log li').allTextContents())
      .toEqual([expect.stringContaining('something broke')]);
    await expect.poll(text('.hand'), SOON).toContain('docker compose logs --follow edge');
  });

  test('links to Dashboards where it runs, and says when nobody answers', async () => {
    await open();
    expect(await tab.getByRole('link', { name: 'Dashboards' }).count()).toBe(0);
    fake.parts[4] = { part: 'dashboards', state: 'running', saw: 'healthy' };
    await expect.poll(() => tab.getByRole('link', { name: 'Dashboards' }).count(), SOON).toBe(1);
    expect(await tab.getByRole('link', { name: 'Dashboards' }).getAttribute('href')).toBe(
      'http://127.0.0.1:5601/app/dashboards#/view/efk-pipeline',
    );
    await page.close();
    await expect.poll(text('.line'), SOON).toContain('is npm run dev still running');
  });
});

const PROBED: ProbeResult = {
  ...{ id: 'p1', searchableMs: 1400, index: 'logstash-1' },
  stages: [
    { stage: 'written', afterMs: 3 },
    { stage: 'searchable', afterMs: 1400 },
  ],
};
