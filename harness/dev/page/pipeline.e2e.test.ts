import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { ROOT } from '../../cli/root.ts';
import { type Ended, spawnCli } from '../../cli/spawn-cli.ts';
import { until } from '../../core/condition.ts';
import { findChromium } from '../../report/browser.ts';
import { buildFirst } from '../build-first.ts';

const found = findChromium(process.env['CHROMIUM_PATH']);
const why = 'missing' in found ? ` (skipped: ${found.missing})` : '';
/** Longest that the pipeline may take for what a test waits for: a retry, a reload. */
const SOON = { timeout: 60_000 };

describe.skipIf(!inject('docker') || 'missing' in found)(`the page of npm run dev${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-conf-'));
  const config = join(folder, 'td-agent.conf');
  const troubles: string[] = [];
  let browser: Browser;
  let tab: Tab;
  let over = false;
  let ended: Promise<Ended>;

  beforeAll(async () => {
    await buildFirst();
    // fluentd reads it as another user.
    chmodSync(folder, 0o755);
    copyFileSync(join(ROOT, 'fluentd', 'td-agent.conf'), config);
    let said = '';
    const interruptWhen = (all: string) => {
      said = all;
      return over;
    };
    ended = spawnCli('dev', ['--no-dashboards', '--config', config, '--lines-per-second', '50'], { interruptWhen });
    const address = await until(
      {
        name: 'npm run dev to tell the address of its page',
        look: () => {
          const value = said.match(/^ +page +(http\S+)$/m)?.[1];
          return value ? { met: true, value } : { met: false, saw: said };
        },
      },
      { withinMs: 240_000 },
    );
    browser = await chromium.launch({ executablePath: 'path' in found ? found.path : '' });
    tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    // What Chromium says whenever a container beside us gets its network.
    tab.on('console', (message) => {
      if (!message.text().includes('ERR_NETWORK_CHANGED')) troubles.push(message.text());
    });
    tab.on('pageerror', (error) => troubles.push(error.message));
    await tab.goto(address);
  });
  afterAll(async () => {
    await browser?.close();
    over = true;
    await ended;
    rmSync(folder, { recursive: true });
  });

  // A fault that a failed test leaves in force is not the next one's.
  afterEach(async () => {
    const heal = tab.getByRole('button', { name: 'Heal' });
    if (await heal.isEnabled()) await heal.click();
  });

  const stage = (name: string) => async () =>
    (await tab.locator(`.stage:has(h3:text-is("${name}"))`).textContent())?.replace(/\s+/g, ' ');
  /** The number that a stage shows first. */
  const figure = (name: string) => async () => {
    const text = await tab.locator(`.stage:has(h3:text-is("${name}")) .main b`).textContent();
    return Number(text?.replaceAll(',', ''));
  };

  test('shows lines on their way through every stage, and finds them', async () => {
    await expect.poll(figure('Application'), SOON).toBeGreaterThan(20);
    await expect.poll(figure('Edge'), SOON).toBeGreaterThan(20);
    await expect.poll(figure('Engine'), SOON).toBeGreaterThan(100);
    for (const name of ['Application', 'fluentd', 'Edge', 'Engine'])
      await expect.poll(stage(name), SOON).toContain('running since');
    await expect.poll(() => tab.locator('.stage.bad').count(), SOON).toBe(0);
    await expect.poll(() => tab.locator('.log li').count(), SOON).toBeGreaterThan(3);
    // The page searches when it is opened, and fewer may have been there.
    await tab.reload();
    await expect.poll(() => tab.locator('.row').count(), SOON).toBe(100);
    await tab.locator('.row button').first().click();
    await expect
      .poll(() => tab.locator('.whole').textContent(), SOON)
      .toMatch(/@log_name\s*docswave\.applog.*_index\s*logstash-/s);
    await tab.keyboard.press('Escape');
    await tab.selectOption('select[name=level]', 'warn');
    await expect
      .poll(async () => new Set(await tab.locator('.row .level').allTextContents()), SOON)
      .toEqual(new Set(['warn']));
    await tab.selectOption('select[name=level]', '');
  });

  test('an outage shows at edge, fluentd and in its log; healed, all that waited arrives', async () => {
    await tab.getByRole('button', { name: 'Outage' }).click();
    await expect.poll(stage('fluentd'), SOON).toContain('could not deliver, and tries again');
    await expect.poll(stage('Edge'), SOON).toMatch(/503: [1-9].*unavailable: [1-9]/);
    await expect.poll(() => tab.locator('.bites').textContent(), SOON).toMatch(/^[1-9]/);
    await expect.poll(() => tab.locator('.log').textContent(), SOON).toMatch(/failed to flush the buffer/);
    const before = await figure('Engine')();
    await tab.getByRole('button', { name: 'Heal' }).click();
    await expect.poll(figure('Engine'), SOON).toBeGreaterThan(before);
    await expect.poll(stage('fluentd'), SOON).not.toContain('could not deliver');
  });

  test('a probe comes through', async () => {
    await tab.getByRole('button', { name: 'Send a probe' }).click();
    await expect
      .poll(() => tab.locator('.probe [role=status]').textContent(), SOON)
      .toMatch(/Searchable after .* in logstash-.*written.*read.*accepted.*searchable/s);
  });

  test('tail shows lines as they come', async () => {
    await tab.keyboard.press('t');
    const first = () => tab.locator('.row time').first().getAttribute('datetime');
    const before = await first();
    await expect.poll(first, SOON).not.toBe(before);
    await tab.keyboard.press('t');
  });

  test('a configuration that fluentd refuses is shown with its line, a good one with its probe', async () => {
    const good = readFileSync(config, 'utf8');
    const line = good.split('\n').findIndex((text) => text.includes('@type tail_to_the_end')) + 1;
    writeFileSync(config, good.replace('@type tail_to_the_end', '@type tial'));
    await expect
      .poll(() => tab.locator('.reload').textContent(), SOON)
      .toMatch(new RegExp(`refused.*line ${line}.*tial`, 's'));
    // The text comes after the news of it: the line of the one before is marked so long.
    await expect.poll(() => tab.locator('.conf .wrong').textContent(), SOON).toContain('tial');
    writeFileSync(config, good.replace('request_timeout 30s', 'request_timeout 31s'));
    await expect.poll(() => tab.locator('.reload').textContent(), SOON).toMatch(/reloaded in place.*searchable after/);
  });

  test('nothing was said in the console', () => expect(troubles).toEqual([]));
});
