import { mean, sampleStandardDeviation } from 'simple-statistics';
import { LEAST_REPETITIONS } from './load-comparison.ts';

/** Where a ratio lies with 95 % confidence, or why that is not known. */
export type Band = { low: number; high: number } | { unknown: string };

/** Student's t, two-sided 95 %, for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2); beyond that the last one is a little too wide. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * Mean of `aws` over mean of `local`, all above 0, and its band: that of the logarithm, by the delta method, with Welch's degrees of freedom. Fewer than
 * {@link LEAST_REPETITIONS} values on a side have a ratio and no band.
 */
export function ratioOfMeans(local: readonly number[], aws: readonly number[]): { factor: number; band: Band } {
  const factor = mean([...aws]) / mean([...local]);
  if (local.length < LEAST_REPETITIONS || aws.length < LEAST_REPETITIONS) {
    const unknown = `measured ${times(local.length)} here and ${times(aws.length)} on AWS: known from ${LEAST_REPETITIONS} each on (--repeat ${LEAST_REPETITIONS})`;
    return { factor, band: { unknown } };
  }
  const [ofLocal, ofAws] = [relativeVariance(local), relativeVariance(aws)];
  const variance = ofLocal + ofAws;
  if (variance === 0) return { factor, band: { low: factor, high: factor } };
  const degrees = variance ** 2 / (ofLocal ** 2 / (local.length - 1) + ofAws ** 2 / (aws.length - 1));
  // Rounding may leave it a hair below a whole number.
  const t = T95[Math.min(T95.length, Math.floor(degrees + 1e-9)) - 1]!;
  const wide = Math.exp(t * Math.sqrt(variance));
  return { factor, band: { low: factor / wide, high: factor * wide } };
}

/** One ratio for several: their geometric mean, and the band that holds all of theirs; not known where one of them is not. */
export function pooled(ratios: readonly { factor: number; band: Band }[]): { factor: number; band: Band } {
  const factor = Math.exp(mean(ratios.map((one) => Math.log(one.factor))));
  const bands = ratios.map(({ band }) => band);
  const known = bands.flatMap((band) => ('low' in band ? [band] : []));
  if (known.length < bands.length) return { factor, band: bands.find((band) => 'unknown' in band)! };
  return {
    factor,
    band: { low: Math.min(...known.map(({ low }) => low)), high: Math.max(...known.map(({ high }) => high)) },
  };
}

/** Of the mean of the values, as a share of it. */
function relativeVariance(values: readonly number[]): number {
  return (sampleStandardDeviation([...values]) / mean([...values])) ** 2 / values.length;
}

function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`;
}
