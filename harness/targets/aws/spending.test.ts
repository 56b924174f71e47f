import { describe, expect, test } from 'vitest';
import { FARGATE_PRICE } from '../../core/fargate.ts';
import { Spending } from './spending.ts';

const HOUR = 3_600_000;
/** 1 vCPU and 2 GB, as Fargate sizes it. */
const spec = { containers: [{ name: 'a', resources: { requests: { cpu: '1', memory: '1Gi' } } }] };
const A_POD_HOUR = FARGATE_PRICE.vcpuHour + 2 * FARGATE_PRICE.gibHour;

describe('what a run spends', () => {
  test('is what each of its pods costs from its making to when it was last seen', () => {
    const spending = new Spending({ minutes: 1000, dollars: 1000 }, FARGATE_PRICE, 0);
    spending.look([{ uid: 'a', since: 0, spec }], HOUR);
    spending.look([{ uid: 'b', since: HOUR, spec }], 2 * HOUR);
    spending.look([{ uid: 'b', since: HOUR, spec }], 3 * HOUR);
    expect(spending.dollars).toBeCloseTo(3 * A_POD_HOUR, 9);
    expect(spending.ended.aborted).toBe(false);
  });

  test('ends it at its limit, in words that say what to do', () => {
    const spending = new Spending({ minutes: 1000, dollars: 0.1 }, FARGATE_PRICE, 0);
    const pods = [{ uid: 'a', since: 0, spec }];
    spending.look(pods, HOUR);
    expect(spending.ended.aborted).toBe(false);
    spending.look(pods, 3 * HOUR);
    expect(spending.ended.reason.message).toMatch(/spend limit of \$0\.10 .*budget\.dollars/);
  });
});

test('time ends it too, also when no pod could be listed', async () => {
  const spending = new Spending({ minutes: 10, dollars: 1000 }, FARGATE_PRICE, 0);
  spending.look([], 9 * 60_000);
  expect(spending.ended.aborted).toBe(false);
  spending.look([], 10 * 60_000);
  expect(spending.ended.reason.message).toMatch(/time limit of 10m 0s .*budget\.minutes/);

  const blind = new Spending({ minutes: 1, dollars: 1 }, FARGATE_PRICE, Date.now() - 120_000);
  const limit = new Promise<void>((resolve) => blind.ended.addEventListener('abort', () => resolve()));
  blind.start(() => Promise.reject(new Error('away')));
  await limit;
  await blind.stop();
});
