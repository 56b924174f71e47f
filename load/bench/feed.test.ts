import { expect, test } from 'vitest';
import { Counters } from '../../harness/edge/counters.ts';
import { feed } from './feed.ts';
import { logOf } from './lines.ts';

/** A fluentd and an edge in one: of all lines that were appended it accepts `each` more at every look, and uses 1 ms of CPU for each. */
function pipeline(each: number) {
  const seen: string[] = [];
  let [appended, accepted] = [0, 7000];
  return {
    seen,
    fluentd: {
      box: { cpuSeconds: async () => 2 + accepted / 1000 },
      append(lines: Buffer) {
        appended += lines.toString().split('\n').length - 1;
        seen.push(`${appended} appended, ${accepted} accepted`);
      },
    },
    edge: {
      admin: {
        async clearCounters() {
          accepted = 0;
        },
        counters: async () => {
          accepted = Math.min(appended, accepted + each);
          return Object.assign(new Counters(), { itemStatuses: { 201: accepted }, bytes: accepted * 300 });
        },
      },
    },
  };
}

const blocks = [0, 1, 2].map((i) => logOf('r1', i * 10, i * 10 + 10));
const { signal } = new AbortController();

test('a block is appended once the one before is accepted whole; what was accepted before does not count', async () => {
  const { fluentd, edge, seen } = pipeline(5);
  await feed(fluentd, edge, blocks, signal);
  expect(seen).toEqual(['10 appended, 0 accepted', '20 appended, 10 accepted', '30 appended, 20 accepted']);
});

test('time, rate and CPU are of these lines', async () => {
  const { fluentd, edge } = pipeline(5);
  const fed = await feed(fluentd, edge, blocks, signal);
  expect(fed.cpuSeconds).toBeCloseTo(0.03);
  expect(fed.bytesPerSecond / fed.linesPerSecond).toBeCloseTo(300);
  expect(fed.linesPerSecond).toBeGreaterThan(0);
  expect(fed.seconds).toBeGreaterThan(25 / fed.linesPerSecond - 0.01);
});

test('an interrupted one ends', async () => {
  const { fluentd, edge } = pipeline(0);
  await expect(feed(fluentd, edge, blocks, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
});
