import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteLimit } from './byte-limit.ts';
import { Counters } from './counters.ts';

/** A clock that jumps to the end of every pause; pauses are asked one after another, as a limit does. */
function clockAt(start = 0) {
  const clock = {
    ms: start,
    now: () => clock.ms,
    pause: async (ms: number) => {
      clock.ms += ms;
    },
  };
  return clock;
}

const stays = () => false;

describe('a byte limit', () => {
  test('lets the burst of a second through at once, then as many bytes a second as it says, in order', async () => {
    const clock = clockAt();
    const limit = new ByteLimit(1000, clock);
    const went: [string, number][] = [];
    const send = (name: string, bytes: number) => limit.hold(bytes, stays).then(() => went.push([name, clock.ms]));
    await Promise.all([send('a', 600), send('b', 400), send('c', 500), send('d', 10), send('e', 990)]);
    expect(went).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 500],
      ['d', 510],
      ['e', 1500],
    ]);
  });

  test('a body larger than the bucket goes when the bucket is full, and is paid for afterwards', async () => {
    const clock = clockAt();
    const limit = new ByteLimit(1000, clock);
    await limit.hold(3000, stays);
    expect(clock.ms).toBe(0);
    await limit.hold(1, stays);
    expect(clock.ms).toBe(2001);
  });

  test('one whose sender is gone takes nothing', async () => {
    const clock = clockAt();
    const limit = new ByteLimit(1000, clock);
    await limit.hold(1000, stays);
    await limit.hold(900, () => true);
    await limit.hold(100, stays);
    expect(clock.ms).toBe(100);
  });

  test('what does not fit at once is not taken, and neither is what would overtake one that waits', async () => {
    const limit = new ByteLimit(1000, { now: () => 0, pause: () => new Promise(() => {}) });
    expect([limit.take(700), limit.take(301), limit.take(300), limit.take(1)]).toEqual([true, false, true, false]);
    const other = new ByteLimit(1000, { now: () => 0, pause: () => new Promise(() => {}) });
    expect(other.take(900)).toBe(true);
    other.hold(500, stays).catch(() => {});
    expect(other.take(1)).toBe(false);
  });

  test('lifted, it lets go of all that wait, and holds nobody', async () => {
    const limit = new ByteLimit(1, {
      now: () => 0,
      pause: (_ms, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const held = Promise.all([limit.hold(10, stays), limit.hold(10, stays), limit.hold(10, stays)]);
    limit.lift();
    await held;
    expect(limit.take(10)).toBe(true);
  });

  test('over any time no more comes through than the rate, a second of burst and one body', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5000 }),
        fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 9000 }), afterMs: fc.nat(3000) }), { maxLength: 30 }),
        async (bytesPerSecond, bodies) => {
          const clock = clockAt();
          const limit = new ByteLimit(bytesPerSecond, clock);
          const went: { at: number; bytes: number }[] = [];
          for (const { bytes, afterMs } of bodies) {
            clock.ms += afterMs;
            await limit.hold(bytes, stays);
            went.push({ at: clock.ms, bytes });
          }
          for (const [i, first] of went.entries()) {
            let sum = 0;
            for (const { at, bytes } of went.slice(i)) {
              expect(sum).toBeLessThanOrEqual(bytesPerSecond * ((at - first.at) / 1000 + 1) + 1e-6);
              sum += bytes;
            }
          }
        },
      ),
    );
  });
});

test('time in which requests are held back counts once, however many are held, and up to now', () => {
  const counters = new Counters();
  counters.hold(100);
  counters.hold(150);
  expect(counters.upTo(200).limitedMs).toBe(100);
  counters.letGo(250);
  counters.letGo(300);
  expect(counters.upTo(900).limitedMs).toBe(200);
  counters.hold(1000);
  counters.letGo(1005);
  expect(counters.limitedMs).toBe(205);
  expect(Object.keys(JSON.parse(JSON.stringify(counters)))).toContain('limitedMs');
});
