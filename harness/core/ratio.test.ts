import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pooled, ratioOfMeans } from './ratio.ts';

describe('the ratio of two means', () => {
  test('has a band by Student, on its logarithm', () => {
    // Relative errors of the means: 10 % / √3 on both sides; 4 degrees of freedom, t = 2.776.
    const { factor, band } = ratioOfMeans([90, 100, 110], [180, 200, 220]);
    expect(factor).toBe(2);
    const wide = Math.exp(2.776 * Math.sqrt(2 * (0.1 ** 2 / 3)));
    expect(band).toEqual({ low: expect.closeTo(2 / wide, 12), high: expect.closeTo(2 * wide, 12) });
  });
  test('rests on the side that scatters: two degrees of freedom where only one of three does', () => {
    const { band } = ratioOfMeans([100, 100, 100], [180, 200, 220]);
    const wide = Math.exp(4.303 * Math.sqrt(0.1 ** 2 / 3));
    expect(band).toEqual({ low: expect.closeTo(2 / wide, 12), high: expect.closeTo(2 * wide, 12) });
  });
  test('of values that do not scatter has no width', () => {
    expect(ratioOfMeans([4, 4, 4], [2, 2, 2])).toEqual({ factor: 0.5, band: { low: 0.5, high: 0.5 } });
  });
  test.each([
    [[1, 2], [3, 4, 5], 'measured twice here and 3 times on AWS: known from 3 each on (--repeat 3)'],
    [[1, 2, 3], [4], 'measured 3 times here and once on AWS: known from 3 each on (--repeat 3)'],
  ])('of %j to %j has no band, and says why', (local, aws, unknown) => {
    expect(ratioOfMeans(local, aws).band).toEqual({ unknown });
  });

  test('covers the true ratio about as often as it says', () => {
    let state = 42;
    const chance = () => {
      state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(chance())) * Math.cos(2 * Math.PI * chance());
    const values = (mean: number) => Array.from({ length: 3 }, () => mean * (1 + 0.1 * normal()));
    let held = 0;
    for (let i = 0; i < 4000; i++) {
      const { band } = ratioOfMeans(values(100), values(170));
      if ('low' in band && band.low <= 1.7 && band.high >= 1.7) held++;
    }
    expect(held / 4000).toBeGreaterThan(0.94);
    expect(held / 4000).toBeLessThan(0.99);
  });

  test('of values and the same times k is k, whatever they are', () => {
    const values = fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (local, k) => {
        const { factor, band } = ratioOfMeans(
          local,
          local.map((value) => value * k),
        );
        expect(factor / k).toBeCloseTo(1, 9);
        if (!('low' in band)) throw new Error('expected a band');
        expect(band.low).toBeLessThanOrEqual(factor);
        expect(band.high).toBeGreaterThanOrEqual(factor);
        expect((band.low * band.high) / factor ** 2).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('ratios that are pooled', () => {
  test('have their geometric mean, and a band that holds all of theirs', () => {
    const one = { factor: 0.5, band: { low: 0.4, high: 0.6 } };
    expect(pooled([one, { factor: 2, band: { low: 1.5, high: 2.5 } }])).toEqual({
      factor: expect.closeTo(1, 12),
      band: { low: 0.4, high: 2.5 },
    });
    expect(pooled([one, { factor: 2, band: { unknown: 'once' } }]).band).toEqual({ unknown: 'once' });
  });
});
