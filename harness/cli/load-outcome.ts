import pc from 'picocolors';
import { formatDuration } from '../core/duration.ts';
import type { LoadResults, QueueVerdict, Trial } from '../core/load-results.ts';
import { EXIT } from '../core/trouble.ts';
import type { Outcome } from '../core/verdict.ts';

/**
 * What a load run comes to. A profile: whether its thresholds were kept and its trials could be judged. The questions: `fail` where records were lost
 * in good health, `error` where the verdict was not found out although all was asked that it rests on.
 */
export function loadOutcome({ trials, answers, findings, verdict }: Omit<LoadResults, 'outcome'>): Outcome {
  if (trials.length === 0) return 'error';
  if (answers.length === 0) {
    if (trials.some(({ thresholds }) => thresholds.some(({ kept }) => !kept))) return 'fail';
    if (trials.some(({ outcome }) => outcome === 'fail')) return 'fail';
    return trials.some(({ outcome }) => outcome === 'error') ? 'error' : 'pass';
  }
  if (answers.some(({ failed }) => failed)) return 'error';
  if ((findings.lostInQuiet?.missing ?? 0) > 0) return 'fail';
  const asked = (number: number) => answers.some(({ question }) => question === number);
  if (verdict.queue === 'not found out' && asked(1) && asked(3)) return 'error';
  return answers.some(({ measured }) => measured) ? 'pass' : 'error';
}

/** The exit code of a run. One that was ended by a limit of the target's own ended for want of an environment, not of whoever runs it. */
export function exitCodeOf({ outcome, partial, endedBy, trials }: LoadResults): number {
  if (partial) return endedBy === undefined ? EXIT.interrupted : EXIT.environment;
  if (outcome === 'pass') return EXIT.pass;
  if (outcome === 'fail') return EXIT.broken;
  return trials.some(({ gaveOut }) => gaveOut?.stage === 'writer') ? EXIT.generator : EXIT.environment;
}

/** What a profile's run has to say in place of a verdict on queueing, which it did not ask for. */
export function thresholdVerdict(trials: readonly Trial[]): QueueVerdict {
  const all = trials.flatMap(({ thresholds }) => thresholds);
  const kept = all.filter((one) => one.kept).length;
  const gaveOut = trials.flatMap((trial) => (trial.gaveOut ? [{ name: trial.name, ...trial.gaveOut }] : []));
  return {
    queue: 'not found out',
    sentence: `${kept} of ${all.length} thresholds were kept${gaveOut[0] ? `; ${gaveOut[0].stage} gave out first` : ''}. Whether a queue is needed was not asked: npm run load asks it.`,
    because: gaveOut.map(({ name, stage, evidence }) => `${name}: ${stage} gave out first: ${evidence.join('; ')}`),
    flips: [],
    extrapolated: [],
  };
}

/** The last words of a run in the terminal: the answers in a sentence each, the verdict, and where the report is. */
export function loadSummary(
  { answers, verdict, trials, leftOut, durationMs, rehearsal }: LoadResults,
  folder: string,
): string {
  const thresholds = trials.flatMap((trial) =>
    trial.thresholds.map(({ expression, measured, kept }) => {
      const mark = kept ? pc.green('✔') : pc.red('✘');
      return `  ${mark} ${trial.name}: ${expression} (${measured === null ? 'not measured' : Number(measured.toPrecision(4))})`;
    }),
  );
  return [
    '',
    ...answers.map(({ question, title, sentence }) => `${pc.bold(`${question}. ${title}`)}\n   ${sentence}`),
    ...thresholds,
    ...(leftOut.length > 0 ? [pc.dim('left out:'), ...leftOut.map((one) => pc.dim(`  ${one}`))] : []),
    '',
    pc.bold(verdict.sentence),
    ...verdict.because.map((one) => `  because ${one}`),
    ...verdict.flips.map((one) => `  would flip it: ${one}`),
    ...verdict.extrapolated.map((one) => `  beyond what was measured: ${one}`),
    ...(rehearsal
      ? [
          pc.yellow(
            'a rehearsal: these are figures of this machine and of stand-ins, not of AWS; the report lists in what they differ',
          ),
        ]
      : []),
    '',
    `${trials.length} trials in ${formatDuration(durationMs)}; report: ${folder}/report.html`,
  ].join('\n');
}
