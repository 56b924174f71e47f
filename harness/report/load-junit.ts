import { getJunitXml } from 'junit-xml';
import type { LoadResults } from '../core/load-results.ts';
import { figure } from './figures.ts';

/** junit.xml of a load: each trial, each of its thresholds and each of the nine questions is a test case. */
export function loadJunit({ trials, answers, pipeline, startedAt, durationMs }: LoadResults): string {
  const ofTrials = trials.flatMap(({ name, topology, outcome, reasons, measuredMs, thresholds }) => [
    {
      name,
      classname: `${pipeline}.${topology}`,
      time: measuredMs / 1000,
      ...(outcome === 'fail' ? { failures: messages(reasons) } : {}),
      ...(outcome === 'error' ? { errors: messages(reasons) } : {}),
      ...(outcome === 'skip' ? { skipped: true } : {}),
    },
    ...thresholds.map(({ expression, measured, unit, kept }) => ({
      name: `${name}: ${expression}`,
      classname: `${pipeline}.${topology}`,
      ...(measured === null ? { errors: messages(['not measured']) } : {}),
      ...(measured !== null && !kept ? { failures: messages([`measured ${figure(measured, unit)}`]) } : {}),
    })),
  ]);
  const ofQuestions = answers.map(({ question, title, sentence, measured }) => ({
    name: `${question}. ${title}`,
    classname: `${pipeline}.questions`,
    ...(measured ? { systemOut: [sentence] } : { skipped: true }),
  }));
  return getJunitXml({
    name: 'efk-sidecar-load',
    time: durationMs / 1000,
    suites: [{ name: pipeline, timestamp: new Date(startedAt), testCases: [...ofTrials, ...ofQuestions] }],
  });
}

function messages(reasons: readonly string[]): { message: string }[] {
  return reasons.map((message) => ({ message }));
}
