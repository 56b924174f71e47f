import { linearRegression } from 'simple-statistics';

/** A line through measured points: y = base + slope × x. `spread`: the largest distance of a point from it, as a share of the point. */
export interface Line {
  base: number;
  slope: number;
  spread: number;
}

/**
 * The line of least squares through points; undefined for fewer than two different x. Where it would begin below 0, which no cost does, it goes through 0.
 */
export function regress(points: readonly { x: number; y: number }[]): Line | undefined {
  if (new Set(points.map(({ x }) => x)).size < 2) return undefined;
  let { m: slope, b: base } = linearRegression(points.map(({ x, y }) => [x, y]));
  if (base < 0) {
    base = 0;
    slope = points.reduce((sum, { x, y }) => sum + x * y, 0) / points.reduce((sum, { x }) => sum + x * x, 0);
  }
  const spread = Math.max(...points.map(({ x, y }) => (y === 0 ? 0 : Math.abs(base + slope * x - y) / y)));
  return { base, slope, spread };
}
