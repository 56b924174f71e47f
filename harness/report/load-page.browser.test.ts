import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from './browser.ts';
import { fakeLoad, fakeSamples } from './fake-load.ts';
import { chartsShown, ground, trialCharts, unfold, weakTexts, widths, wordsOutside } from './in-page.ts';
import { loadPage } from './load-page.ts';

const found = findChromium(process.env['CHROMIUM_PATH']);
const why = 'missing' in found ? ` (skipped: ${found.missing})` : '';
const LOOKS = [
  { name: 'light', width: 1280, scheme: 'light' },
  { name: 'dark', width: 1280, scheme: 'dark' },
  { name: 'a phone', width: 375, scheme: 'light' },
  { name: 'a dark phone', width: 375, scheme: 'dark' },
] as const;

describe.skipIf('missing' in found)(`the page of a load in Chromium${why}`, () => {
  const results = fakeLoad();
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'load-page-'));
    const samples = new Map(results.trials.map((trial) => [trial.name, fakeSamples(trial)]));
    writeFileSync(join(folder, 'report.html'), loadPage(results, samples));
    browser = await chromium.launch({ executablePath: 'path' in found ? found.path : '' });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  describe.each(LOOKS)('in $name', ({ width, scheme }) => {
    const troubles: string[] = [];
    let page: Page;
    beforeAll(async () => {
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        colorScheme: scheme,
        offline: true,
      });
      page = await context.newPage();
      page.on('console', (message) => troubles.push(message.text()));
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith('file:')) troubles.push(`asked for ${request.url()}`);
      });
      await page.goto(pathToFileURL(join(folder, 'report.html')).href);
      await page.evaluate(unfold);
    }, 60_000);
    afterAll(() => page?.context().close());

    test('says nothing in the console and asks for nothing', () => expect(troubles).toEqual([]));
    test('does not scroll sideways', async () => {
      const [content, window] = await page.evaluate(widths);
      expect(content).toBeLessThanOrEqual(window);
    });
    test('shows every chart once, with a title and its figures', async () => {
      const charts = await page.evaluate(chartsShown);
      expect(charts.length).toBeGreaterThan(50);
      for (const { title, drawings, says, rows } of charts) {
        expect(title).toBeTruthy();
        expect(drawings, title).toBe(1);
        expect(says).toContain(title);
        expect(rows, title).toBeGreaterThan(0);
      }
    });
    test('keeps the words of charts inside their drawings, and large enough to read', async () => {
      const bad = await page.evaluate(wordsOutside);
      expect(bad).toEqual([]);
    });
    test('has a contrast of 4.5 at least wherever there is text', async () => {
      expect(await page.evaluate(weakTexts)).toEqual([]);
    });
  });

  test('the button changes between light and dark', async () => {
    const page = await browser.newPage({ colorScheme: 'light' });
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    const before = await page.evaluate(ground);
    await page.click('#theme');
    const after = await page.evaluate(ground);
    expect(after).not.toBe(before);
    await page.click('#theme');
    expect(await page.evaluate(ground)).toBe(before);
    await page.close();
  });
  test('without scripts it reads the same, but for the button', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    expect(await page.locator('h1').textContent()).toBe(results.verdict.sentence);
    expect(await page.locator('#theme').count()).toBe(0);
    expect(await page.locator('figure.chart >> visible=true').count()).toBeGreaterThan(5);
    await context.close();
  });
  test('print shows charts, trials included, on a light ground even where the screen is dark', async () => {
    const page = await browser.newPage({ colorScheme: 'dark' });
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)');
    const seen = await page.evaluate(trialCharts);
    expect(seen.length).toBeGreaterThan(50);
    expect(seen).not.toContain(false);
    await page.close();
  });
});
