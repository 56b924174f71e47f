import type { LoadResults } from '../core/load-results.ts';
import { figure } from './figures.ts';
import { type JunitCase, junitXml } from './junit.ts';

/** junit.xml of a load: each trial, each of its thresholds and each of the nine questions is a test case. */
export function loadJunit({ trials, answers, pipeline, startedAt, durationMs }: LoadResults): string {
  const ofTrials = trials.flatMap(({ name, topology, outcome, reasons, measuredMs, thresholds }): JunitCase[] => {
    const classname = `${pipeline}.${topology}`;
    return [
      { name, classname, durationMs: measuredMs, outcome, reasons },
      ...thresholds.map(({ expression, measured, unit, kept }) => ({
        name: `${name}: ${expression}`,
        classname,
        outcome: measured === null ? ('error' as const) : kept ? ('pass' as const) : ('fail' as const),
        reasons: measured === null ? ['not measured'] : kept ? [] : [`measured ${figure(measured, unit)}`],
      })),
    ];
  });
  const ofQuestions = answers.map(
    ({ question, title, sentence, measured }): JunitCase => ({
      name: `${question}. ${title}`,
      classname: `${pipeline}.questions`,
      outcome: measured ? 'pass' : 'skip',
      reasons: measured ? [] : [sentence],
      ...(measured && { output: sentence }),
    }),
  );
  return junitXml({ name: 'efk-sidecar-load', suite: pipeline, startedAt, durationMs }, [...ofTrials, ...ofQuestions]);
}
