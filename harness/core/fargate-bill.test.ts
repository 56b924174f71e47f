import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FARGATE_PRICE } from './fargate.ts';
import { estimate, estimateText, podCost, type Work } from './fargate-bill.ts';

const POD = { vcpu: 1, memoryGiB: 2, storageGiB: 20 };
const HOUR = 3_600_000;

test('a pod costs its vCPU, its memory, and its storage above what comes with it', () => {
  expect(podCost(POD, HOUR, FARGATE_PRICE)).toBeCloseTo(0.04048 + 2 * 0.004445, 9);
  expect(podCost({ ...POD, storageGiB: 50 }, HOUR, FARGATE_PRICE) - podCost(POD, HOUR, FARGATE_PRICE)).toBeCloseTo(
    30 * 0.000111,
    9,
  );
});

test('a minute is billed at the least', () => {
  expect(podCost(POD, 1, FARGATE_PRICE)).toBe(podCost(POD, 60_000, FARGATE_PRICE));
  expect(podCost(POD, 61_000, FARGATE_PRICE)).toBeGreaterThan(podCost(POD, 60_000, FARGATE_PRICE));
});

const work = (ms: number, pods = 1, alone = false): Work => ({ ms, pods, alone });

describe('an estimate', () => {
  const place = { lanes: 3, pod: POD, overheadMs: 0 };
  test('spreads what bears company over the lanes, and adds what must be alone', () => {
    expect(estimate([work(60_000), work(60_000), work(60_000), work(30_000, 1, true)], place, FARGATE_PRICE).ms).toBe(
      90_000,
    );
    expect(estimate([work(90_000), work(1000)], place, FARGATE_PRICE).ms).toBe(90_000);
  });
  test('counts pods at once: those of the lanes, or of the largest piece, and an edge for each lane', () => {
    const pieces = [work(1, 2), work(1), work(1), work(1), work(1, 5, true)];
    expect(estimate(pieces, place, FARGATE_PRICE).podsAtOnce).toBe(5);
    expect(estimate(pieces, { ...place, edge: POD }, FARGATE_PRICE).podsAtOnce).toBe(8);
    expect(estimate([], place, FARGATE_PRICE)).toEqual({ ms: 0, dollars: 0, podsAtOnce: 0 });
  });
  test('a piece of work may have pods of its own size', () => {
    const large = { ...POD, vcpu: 4 };
    const { dollars } = estimate([work(HOUR), { ...work(HOUR), pod: large }], place, FARGATE_PRICE);
    expect(dollars).toBeCloseTo(podCost(POD, HOUR, FARGATE_PRICE) + podCost(large, HOUR, FARGATE_PRICE), 9);
  });
  test('in words', () => {
    expect(estimateText({ ms: 1_440_400, dollars: 0.312, podsAtOnce: 8 })).toBe(
      'about 24m 0s and $0.31 of Fargate (8 pods at once at the most)',
    );
  });
  test('more work never costs less', () => {
    const pieces = fc.array(fc.record({ ms: fc.nat(1e6), pods: fc.integer({ min: 1, max: 9 }), alone: fc.boolean() }));
    fc.assert(
      fc.property(pieces, pieces, (some, more) => {
        const [fewer, all] = [some, [...some, ...more]].map((list) => estimate(list, place, FARGATE_PRICE));
        expect(all!.dollars).toBeGreaterThanOrEqual(fewer!.dollars - 1e-9);
        expect(all!.ms).toBeGreaterThanOrEqual(fewer!.ms - 1e-6);
        expect(all!.podsAtOnce).toBeGreaterThanOrEqual(fewer!.podsAtOnce);
      }),
    );
  });
});
