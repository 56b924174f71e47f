import type { Colors } from 'picocolors/types.js';
import { formatDuration } from '../../core/duration.ts';
import type { Diagnosis } from './diagnose.ts';

/** What the doctor says, a line a stage; below those that are not well stand evidence and what mends it. */
export function diagnosisLines(
  { findings, broken, probe }: Diagnosis,
  colors: Pick<Colors, 'green' | 'yellow' | 'red' | 'dim'>,
): string[] {
  const mark = {
    well: colors.green('✔'),
    warning: colors.yellow('!'),
    broken: colors.red('✘'),
    unknown: colors.dim('·'),
  };
  return [
    ...findings.flatMap(({ stage, state, saw, problem, evidence = [], mend }) => [
      `${mark[state]} ${stage}: ${problem && !saw.startsWith(problem) ? `${problem}: ` : ''}${saw}`,
      ...evidence.map((line) => `    ${colors.dim(line)}`),
      ...(mend ? [`    mend: ${mend}`] : []),
    ]),
    ...(probe ? [colors.dim(`  (the doctor wrote one record of its own: ${probe.id})`)] : []),
    broken
      ? `${mark.broken} the first broken stage is "${broken.stage}": ${broken.problem}`
      : `${mark.well} all is well${probe?.searchableMs === undefined ? '' : `: a record is searchable ${formatDuration(probe.searchableMs)} after it was written`}`,
  ];
}
