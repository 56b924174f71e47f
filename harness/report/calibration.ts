import { CALIBRATED } from '../core/calibrated-figures.ts';
import type { CalibratedRun, Calibration } from '../core/calibration.ts';
import type { Band } from '../core/ratio.ts';
import { figure } from './figures.ts';
import { plainText as text } from './page.ts';
import { tableMarkdown } from './table.ts';

/** A calibration as Markdown. */
export function calibrationMarkdown({ load, local, aws, factors, without, remarks }: Calibration): string {
  const rows = factors.flatMap(({ figure: name, topology, factor, band, from }) => {
    const { unit } = CALIBRATED[name];
    const [only] = from.length === 1 ? from : [];
    return [
      [
        name,
        topology,
        only ? figure(only.local.mean, unit) : '',
        only ? figure(only.aws.mean, unit) : '',
        ...of(factor, band),
      ],
      ...(only
        ? []
        : from.map((one) => [
            `· in ${one.trial}`,
            topology,
            figure(one.local.mean, unit),
            figure(one.aws.mean, unit),
            ...of(one.factor, one.band),
          ])),
    ];
  });
  const unknown = [...new Set(factors.flatMap(({ band }) => ('unknown' in band ? [band.unknown] : [])))];
  return [
    `# From here to AWS: ${text(load)}`,
    '',
    `here: ${text(runInWords(local))}`,
    `AWS: ${text(runInWords(aws))}`,
    '',
    'A local figure times its factor foretells that of AWS. The band holds the ratio of the means with 95 % confidence; a factor of several trials is their geometric mean, with a band that holds all of theirs.',
    '',
    tableMarkdown({
      columns: ['figure', 'topology', 'here', 'AWS', 'factor', 'band'].map((title) => ({ title })),
      rows,
    }),
    '',
    ...unknown.map((one) => `- no band: ${text(one)}`),
    ...without.map((one) => `- no factor: ${text(one)}`),
    ...remarks.map((one) => `- not the same: ${text(one)}`),
  ].join('\n');
}

/** `0.62–0.71`, or `not known` */
export function bandInWords(band: Band): string {
  return 'low' in band ? `${short(band.low)}–${short(band.high)}` : 'not known';
}

/** `the run l7k2 of 2026-11-25 on k3s, 2 × AMD EPYC 7B13` */
export function runInWords({ run, target, startedAt, machine }: CalibratedRun): string {
  const where = target === 'aws' ? '' : `, ${machine.cpus} × ${machine.cpuModel}`;
  return `the run ${run} of ${startedAt.slice(0, 10)} on ${target}${where}`;
}

function of(factor: number, band: Band): string[] {
  return [short(factor), bandInWords(band)];
}

/** Three digits that count. */
function short(factor: number): string {
  return `${Number(factor.toPrecision(3))}`;
}
