import type { CalibratedName } from '../harness/core/calibrated-figures.ts';
import type { Calibration } from '../harness/core/calibration.ts';

/** What a plan takes of a calibration: factors of `direct` and where they come from. */
export type PlanCalibration = Pick<Calibration, 'factors'>;

/** More of these is more work done, not more of it needed. */
const INVERSE: readonly CalibratedName[] = ['lines a CPU-second of fluentd', 'lines a CPU-second of the domain'];

/** What a measured need is multiplied by; `band` null: not known. */
export interface Scale {
  figure: CalibratedName;
  by: number;
  band: { low: number; high: number } | null;
  /** Why there is no band. */
  unknown?: string;
}

/** The first of the figures that has a factor, turned so that it multiplies costs, times and rates; undefined: not calibrated. */
export function scaleOf(
  calibration: PlanCalibration | undefined,
  figures: readonly CalibratedName[],
): Scale | undefined {
  for (const figure of figures) {
    const found = calibration?.factors.find((one) => one.figure === figure && one.topology === 'direct');
    if (!found) continue;
    const turned = (factor: number) => (INVERSE.includes(figure) ? 1 / factor : factor);
    const { factor, band } = found;
    if ('unknown' in band) return { figure, by: turned(factor), band: null, unknown: band.unknown };
    const [low, high] = [turned(band.low), turned(band.high)].sort((a, b) => a - b) as [number, number];
    return { figure, by: turned(factor), band: { low, high } };
  }
  return undefined;
}

/** The ends of a band, as multiples of the value that was taken. */
export function ends(scale: Scale | undefined): { low: number; high: number } {
  return scale?.band ? { low: scale.band.low / scale.by, high: scale.band.high / scale.by } : { low: 1, high: 1 };
}

/** How a local figure was multiplied, and why its band is not known. */
export function calibratedBy(scale: Scale): string {
  const { figure, by, unknown } = scale;
  const times = `the local figure times ${by.toPrecision(3)} (calibrated: ${figure})`;
  return unknown === undefined ? times : `${times}; its band is not known: ${unknown}`;
}

/** Where a figure is from, and how it was multiplied. */
export function withCalibration(from: string, scale: Scale | undefined): string {
  return scale ? `${from}; ${calibratedBy(scale)}` : from;
}
