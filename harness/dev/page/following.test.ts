import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FluentdLog, levelOf } from './fluentd-log.ts';
import { Poller } from './poller.ts';

const stop = { now: new AbortController() };
beforeEach(() => {
  stop.now = new AbortController();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  stop.now.abort();
  vi.useRealTimers();
});

test('a log is followed through fluentd’s restarts, and what was seen before is not told again', async () => {
  const lives = [['1', '2'], ['2', '3'], ['3']];
  const tails: number[] = [];
  const log = new FluentdLog();
  const stack = {
    logs: async (_part: string, { tail }: { tail: number }, onLine: (line: string) => void) => {
      tails.push(tail);
      const life = lives.shift();
      if (!life) throw new Error('no such container');
      for (const line of life) onLine(line);
    },
  };
  const following = log.follow(stack, stop.now.signal);
  await vi.advanceTimersByTimeAsync(5000);
  expect(log.since(0).map(({ text }) => text)).toEqual(['1', '2', '3']);
  expect(log.since(2)).toEqual([{ n: 3, level: 'none', text: '3' }]);
  expect(tails.length).toBeGreaterThan(4);
  stop.now.abort();
  await following;
});

test('keeps the newest 500 lines', async () => {
  const log = new FluentdLog();
  const logs = async (_part: string, _options: object, onLine: (line: string) => void) => {
    for (let i = 1; i <= 600; i++) onLine(String(i));
    stop.now.abort();
  };
  await log.follow({ logs }, stop.now.signal);
  expect(log.since(0)).toHaveLength(500);
  expect(log.since(0)[0]).toMatchObject({ n: 101, text: '101' });
});

test.each([
  ['2026-11-25 12:00:00 +0000 [warn]: #0 text', 'warn'],
  ['2026-11-25 12:00:00 +0000 [error]: text', 'error'],
  ['  2026-11-25 12:00:00 +0000 a line of a stack', 'none'],
  ['text that names [error]: in its midst', 'none'],
])('the level of "%s" is %s', (line, level) => expect(levelOf(line)).toBe(level));

test('a reading that takes long says so in place of an old figure, and is given up in the end', async () => {
  const readings = [Promise.resolve({ n: 1 }), new Promise<{ n: number }>(() => {}), Promise.resolve({ n: 3 })];
  const poller = new Poller('the edge', () => readings.shift()!);
  expect(poller.latest).toEqual({ trouble: 'waiting for the edge' });
  void poller.run(stop.now.signal);
  await vi.advanceTimersByTimeAsync(100);
  expect(poller.latest).toEqual({ n: 1 });
  await vi.advanceTimersByTimeAsync(3000);
  expect(poller.latest).toEqual({ n: 1 });
  await vi.advanceTimersByTimeAsync(5000);
  expect(poller.latest).toEqual({ trouble: 'still waiting for the edge, for 8s' });
  await vi.advanceTimersByTimeAsync(8000);
  expect(poller.latest).toEqual({ n: 3 });
});

test('reads no more often than once a second, and goes on after a failure', async () => {
  let reads = 0;
  const poller = new Poller('the edge', async () => {
    if (++reads === 2) throw new Error('gone');
    return { reads };
  });
  void poller.run(stop.now.signal);
  await vi.advanceTimersByTimeAsync(1500);
  expect(poller.latest).toEqual({ trouble: 'gone' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(poller.latest).toEqual({ reads: 3 });
});
