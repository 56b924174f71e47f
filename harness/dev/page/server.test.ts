import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../core/condition.ts';
import { type FakeStack, fakeStack } from './fake-stack.ts';
import type { HitPage, LiveEvent, Overview } from './messages.ts';
import { type Page, startPage } from './server.ts';

let fake: FakeStack;
let page: Page;
beforeEach(async () => {
  fake = await fakeStack();
  page = await startPage(fake.stack);
});
afterEach(async () => {
  await page.close();
  await fake[Symbol.asyncDispose]();
});

const get = async <T>(path: string) => (await (await fetch(page.url + path)).json()) as T;
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(page.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Status of a request with headers that fetch does not let one set. */
function statusFor(path: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(page.url + path, { method, headers }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

/** The first live event that is as wanted. */
async function liveEvent(wanted: (event: LiveEvent) => boolean): Promise<LiveEvent> {
  const stop = new AbortController();
  const seen: LiveEvent[] = [];
  const reading = (async () => {
    const { body } = await fetch(`${page.url}/api/live`, { signal: stop.signal });
    let text = '';
    for await (const part of body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      const events = text.split('\n\n');
      text = events.pop()!;
      seen.push(...events.map((event) => JSON.parse(event.replace(/^data: /, '')) as LiveEvent));
    }
  })().catch(() => {});
  try {
    return await until(
      {
        name: 'a live event as wanted',
        look: () => {
          const found = seen.find(wanted);
          return found ? { met: true, value: found } : { met: false, saw: JSON.stringify(seen.at(-1)) };
        },
      },
      { withinMs: 10_000 },
    );
  } finally {
    stop.abort();
    await reading;
  }
}

describe('who is let in', () => {
  test('the loopback by its names; no name that was bound to it', async () => {
    expect(await statusFor('/', { host: 'localhost:1' })).toBe(200);
    expect(await statusFor('/', { host: 'evil.example' })).toBe(403);
    expect(await statusFor('/api/search', { host: 'evil.example:80' })).toBe(403);
  });

  test('no page of another origin, be it on this machine', async () => {
    expect(await statusFor('/api/search', { origin: 'http://evil.example' })).toBe(403);
    expect(await statusFor('/api/search', { origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await statusFor('/api/setting', { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusFor('/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200);
    const pressed = await post('/api/fault', { fault: 'outage' }, { origin: 'http://evil.example' });
    expect(pressed.status).toBe(403);
    const form = await post('/api/fault', { fault: 'outage' }, { 'content-type': 'text/plain' });
    expect(form.status).toBe(403);
    expect(await fake.admin.bites()).toEqual([]);
  });

  test('nothing but the page’s own modules is served, and nothing of others may run in it', async () => {
    for (const path of [
      '/harness/cli/config.ts',
      '/harness/dev/page/client/../server.ts',
      '/packages/hono/package.json',
      '/harness/dev/page/client/%2e%2e/app.ts',
    ])
      expect((await fetch(page.url + path)).status, path).toBe(404);
    const module = await fetch(`${page.url}/harness/dev/page/client/main.ts`);
    expect(module.headers.get('content-type')).toContain('text/javascript');
    expect(await module.text()).not.toContain('import type');
    expect(module.headers.get('content-security-policy')).toMatch(/default-src 'none';.*script-src 'self' 'sha256-/);
    expect(module.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });
});

describe('live', () => {
  test('figures of every stage, faults and parts', async () => {
    fake.index(3);
    fake.write(2, false);
    Object.assign(fake.output, { buffer_total_queued_size: 700, buffer_queue_length: 2 });
    const { figures, faults, parts } = await liveEvent(
      ({ figures: { file, fluentd, edge, engine }, parts: its }) =>
        [file, fluentd, edge, engine].every((one) => !('trouble' in one)) && its !== undefined,
    );
    expect(figures).toMatchObject({
      file: { files: 1, bytes: 52, unreadBytes: 52 },
      fluentd: { bufferBytes: 700, queuedChunks: 2, retrying: false },
      edge: { statuses: {} },
      engine: { documents: 3 },
    });
    expect(faults).toEqual({ requests: 0, others: 0 });
    expect(parts).toHaveLength(5);
    expect(parts![1]).toMatchObject({ part: 'fluentd', byHand: 'docker compose logs --follow fluentd' });
  });

  test('rates, once there are two readings', async () => {
    const event = await liveEvent(({ figures: { file } }) => {
      fake.write(10);
      return 'linesPerSecond' in file && file.linesPerSecond! > 0;
    });
    expect(event.figures.file).toMatchObject({ files: 1, linesPerSecond: expect.any(Number) });
  });

  test('a stage that can’t be read says why, and the others go on', async () => {
    fake.engine.mood.refuses = 'no room';
    const { figures } = await liveEvent(
      ({ figures: { engine, edge } }) =>
        'trouble' in engine && engine.trouble.includes('no room') && 'statuses' in edge,
    );
    expect(figures.engine).toEqual({ trouble: 'the engine answered 503: no room' });
  });

  test('fluentd’s lines from before and from now on, each once', async () => {
    fake.say('2026-11-25 12:00:00 +0000 [warn]: #0 first');
    const { messages } = await liveEvent((event) => event.messages !== undefined);
    expect(messages).toEqual([{ n: 1, level: 'warn', text: '2026-11-25 12:00:00 +0000 [warn]: #0 first' }]);
  });

  test('what came of a configuration', async () => {
    page.reloaded({ applied: true, how: 'reloaded in place', searchableMs: 1400 });
    const { reload } = await liveEvent((event) => event.reload !== undefined);
    expect(reload).toMatchObject({ applied: true, how: 'reloaded in place', searchableMs: 1400 });
  });

  test('reads nothing while nobody looks', async () => {
    await liveEvent(({ figures: { engine } }) => 'documents' in engine);
    const settled = { name: 'the engine to be left alone for a second', look: () => look() };
    let last = -1;
    const look = () => {
      const now = fake.engine.asked.length;
      const met = now === last;
      last = now;
      return met ? ({ met, value: now } as const) : ({ met: false, saw: `${now} questions` } as const);
    };
    await until(settled, { withinMs: 8000, everyMs: 1500 });
    const still = liveEvent(({ figures: { engine } }) => 'documents' in engine);
    await expect(still).resolves.toBeDefined();
    expect(fake.engine.asked.length).toBeGreaterThan(last);
  });
});

describe('faults', () => {
  test.each([
    ['outage', { refusal: 'unavailable' }],
    ['throttle', { refusal: 'throttled' }],
    ['slow', { delayMs: 5000 }],
    ['expired', { refusal: 'expired token' }],
  ])('%s is a rule at the edge, one at a time, and heals', async (fault, answer) => {
    await fake.admin.setRules([{ answer: { status: 429 }, when: { path: 'elsewhere' } }], 'others');
    expect(await (await post('/api/fault', { fault: 'outage' })).json()).toMatchObject({
      inForce: 'outage',
      others: 1,
    });
    expect(await (await post('/api/fault', { fault })).json()).toMatchObject({ inForce: fault, others: 1 });
    const inForce = (await fake.admin.bites('page')).filter((bite) => bite.inForce);
    expect(inForce).toMatchObject([{ rule: { answer } }]);
    const healed = await (await post('/api/fault', { fault: null })).json();
    expect(healed).toEqual({ requests: 0, others: 1 });
  });

  test('one that there is not is refused', async () => {
    const answer = await post('/api/fault', { fault: 'earthquake' });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain('outage');
  });
});

describe('search', () => {
  test('newest first, page behind page, none left out and none twice', async () => {
    // All in one millisecond: the time alone tells no two apart.
    const at = new Date().toISOString();
    fake.index(250, { '@timestamp': at });
    const keys: string[] = [];
    let next = '';
    do {
      const found: HitPage = await get(`/api/search?${next}`);
      keys.push(...found.hits.map(({ id }) => id));
      next = found.next ? `after=${encodeURIComponent(JSON.stringify(found.next))}` : '';
    } while (next);
    expect(keys).toEqual(Array.from({ length: 250 }, (_, i) => String(249 - i)));
    for (const { what, body } of fake.engine.asked.filter(({ what: its }) => its === '_search')) {
      expect(what).toBe('_search');
      expect(body).toMatchObject({ size: 100, track_total_hits: false });
      expect(body).not.toHaveProperty('from');
    }
  });

  test('by level, @log_name, time and words; an overview beside it', async () => {
    fake.index(40);
    fake.index(5, { '@log_name': 'other.log' }, 3_600_000);
    const ids = async (query: string) => (await get<HitPage>(`/api/search?${query}`)).hits.map(({ id }) => Number(id));
    expect(await ids('level=warn')).toEqual([39, 29, 19, 9]);
    expect(await ids('logName=other.log&text=number41')).toEqual([41]);
    expect(await ids(`to=${new Date(Date.now() - 1_800_000).toISOString()}`)).toEqual([44, 43, 42, 41, 40]);
    const overview: Overview = await get('/api/overview?');
    expect(overview.total).toBe(45);
    expect(overview.logNames).toEqual([
      { value: 'docswave.applog', count: 40 },
      { value: 'other.log', count: 5 },
    ]);
    expect(overview.buckets.reduce((sum, [, n]) => sum + n, 0)).toBe(45);
    expect(overview.intervalMs).toBe(60_000);
  });

  test('where the time range keeps documents away, it says how many', async () => {
    fake.index(5, {}, 3_600_000);
    const overview: Overview = await get(`/api/overview?from=${new Date(Date.now() - 60_000).toISOString()}`);
    expect(overview).toMatchObject({ total: 0, outside: 5 });
  });

  test('the engine gives up what nobody waits for any more', async () => {
    fake.engine.mood.lateMs = 60_000;
    const gone = new AbortController();
    const asked = fetch(`${page.url}/api/search`, { signal: gone.signal });
    await expect.poll(() => fake.engine.asked.length).toBe(1);
    gone.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => fake.engine.givenUp()).toBe(1);
  });

  test('says what the engine says, and what is wrong with the question', async () => {
    fake.engine.mood.refuses = 'all shards failed';
    expect(await get('/api/search')).toEqual({ message: 'the engine answered 503: all shards failed' });
    expect((await fetch(`${page.url}/api/search?from=yesterday`)).status).toBe(400);
    expect((await fetch(`${page.url}/api/search?after=[1]`)).status).toBe(400);
    expect((await fetch(`${page.url}/api/search?after=nonsense`)).status).toBe(400);
  });
});

describe('the server', () => {
  test('sends a probe, and tells how far it came', async () => {
    const result = { id: 'p1', stages: [{ stage: 'written', afterMs: 2 }], searchableMs: 900, index: 'logstash-1' };
    const other = await startPage(fake.stack, {
      probe: async (_stack, { withinMs }) => ({ ...result, stages: [{ stage: 'written', afterMs: withinMs }] }),
    });
    const answer = await fetch(`${other.url}/api/probe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await answer.json()).toMatchObject({ id: 'p1', stages: [{ afterMs: 60_000 }] });
    await other.close();
  });

  test('closes while somebody listens, and when its signal aborts', async () => {
    const listening = await fetch(`${page.url}/api/live`);
    await page.close();
    await expect(listening.text()).rejects.toThrow();
    const stop = new AbortController();
    const other = await startPage(fake.stack, { signal: stop.signal });
    stop.abort();
    await expect
      .poll(() =>
        fetch(other.url).then(
          () => 'answers',
          () => 'closed',
        ),
      )
      .toBe('closed');
  });

  test('a port that is taken is named', async () => {
    const port = Number(new URL(page.url).port);
    await expect(startPage(fake.stack, { port })).rejects.toThrow(`port ${port} is taken`);
  });
});
