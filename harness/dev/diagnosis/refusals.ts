import { DOMAIN_REFUSALS } from '../../core/domain-refusals.ts';
import type { Trouble } from './finding.ts';
import { type Known, NO_ANSWERS } from './known-silence.ts';

/** The first that fits counts: an answer is no silence, whatever stands in it. */
const KNOWN: readonly Known[] = [
  ...DOMAIN_REFUSALS.map((one) => ({ ...one, stage: 'accepted' as const })),
  ...NO_ANSWERS,
];

/** What an output's failure means. `reason`: without the plugin's own words around it ({@link reasonIn}). */
export function troubleOf(reason: string): Trouble & Pick<Known, 'stage'> {
  const known = KNOWN.find(({ words }) => words.test(reason));
  const evidence = [`fluentd: ${cut(reason)}`];
  if (known) return { stage: known.stage, problem: known.problem, saw: known.means, evidence, mend: known.mend };
  const refused = /^\[\d{3}\]/.test(reason);
  return {
    stage: refused ? 'accepted' : 'sent',
    problem: refused ? 'refused' : 'not sent',
    saw: refused
      ? 'the domain refuses, in words that the doctor does not know'
      : 'fluentd fails to send, in words that the doctor does not know',
    evidence,
    mend: "read fluentd's words",
  };
}

/** So much of an answer that its point is in it. */
function cut(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
