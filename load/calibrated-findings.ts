import type { CalibratedName } from '../harness/core/calibrated-figures.ts';
import type { Findings } from '../harness/core/load-results.ts';
import { type PlanCalibration, scaleOf } from './scale.ts';

/** The highest rate has a factor of its own where both questionnaires found it, otherwise that of what came through under overload. */
export const RATE: readonly CalibratedName[] = ['highest rate', 'rate under overload'];
export const CPU: readonly CalibratedName[] = ['lines a CPU-second of fluentd'];
export const MEMORY: readonly CalibratedName[] = ['fluentd memory, highest'];
/** The domain's own CPU tells of its service times where they could not be taken one by one. */
export const SERVICE: readonly CalibratedName[] = ['service time of a bulk', 'lines a CPU-second of the domain'];

/** Findings as AWS would have them. `side`: `worse` takes the end of every band that is the less favourable one; a band that is not known, the factor. */
export function calibrated(
  findings: Findings,
  calibration: PlanCalibration | undefined,
  side: 'factor' | 'worse' = 'factor',
): Findings {
  if (!calibration) return findings;
  const cost = (figures: readonly CalibratedName[]) => {
    const scale = scaleOf(calibration, figures);
    return (side === 'worse' ? scale?.band?.high : undefined) ?? scale?.by ?? 1;
  };
  const rates = scaleOf(calibration, RATE);
  const rate = (side === 'worse' ? rates?.band?.low : undefined) ?? rates?.by ?? 1;
  const [cpu, memory, service] = [CPU, MEMORY, SERVICE].map(cost) as [number, number, number];
  const { highest, fluentd, domain } = findings;
  const times = (value: number | undefined) => (value === undefined ? undefined : value * rate);
  return {
    ...findings,
    ...(highest && {
      highest: { ...highest, linesPerSecond: times(highest.linesPerSecond), lowestBroken: times(highest.lowestBroken) },
    }),
    ...(fluentd && {
      fluentd: {
        ...fluentd,
        baseCores: fluentd.baseCores * cpu,
        coresPerLine: fluentd.coresPerLine * cpu,
        memoryBytes: fluentd.memoryBytes * memory,
      },
    }),
    ...(domain && {
      domain: { ...domain, perBulkMs: domain.perBulkMs * service, perLineMs: domain.perLineMs * service },
    }),
  };
}

/** What a plan takes from a local run as it is, as the calibration has no factor for it. */
export function uncalibrated({ highest, fluentd, domain }: Findings, calibration: PlanCalibration): string[] {
  const needed: [object | undefined, readonly CalibratedName[], string][] = [
    [highest, RATE, 'the highest rate'],
    [fluentd, CPU, "fluentd's CPU"],
    [fluentd, MEMORY, "fluentd's memory"],
    [domain, SERVICE, "the domain's service times"],
  ];
  return needed.flatMap(([finding, figures, what]) =>
    finding && !scaleOf(calibration, figures) ? [`${what}: local figures, not calibrated on Fargate`] : [],
  );
}
