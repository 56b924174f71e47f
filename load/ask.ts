import { formatDuration } from '../harness/core/duration.ts';
import type { Answer } from '../harness/core/load-results.ts';
import { EnvironmentError } from '../harness/core/trouble.ts';
import type { LoadContext, Question } from './context.ts';
import { highestRate } from './questions/1-highest-rate.ts';
import { latency } from './questions/2-latency.ts';
import { outage } from './questions/3-outage.ts';
import { fanIn } from './questions/4-fan-in.ts';
import { topologies } from './questions/5-topologies.ts';
import { cheapFixes } from './questions/6-cheap-fixes.ts';
import { duplicates } from './questions/7-duplicates.ts';
import { backPressure } from './questions/8-back-pressure.ts';
import { capacity } from './questions/9-capacity.ts';
import { unmeasured } from './words.ts';

/** In the order in which they are asked: what the verdict rests on first, what is computed from the others last. */
export const QUESTIONS: readonly Question[] = [
  highestRate,
  outage,
  fanIn,
  latency,
  topologies,
  backPressure,
  duplicates,
  cheapFixes,
  capacity,
];

/** Time within which none of these questions can be asked, as text; undefined where there is room for one. */
export function tooShort(
  numbers: readonly number[],
  budgetMs: number,
  slowStartMs = 0,
  questions: readonly Question[] = QUESTIONS,
): string | undefined {
  const times = questions
    .filter(({ number, takesMs }) => numbers.includes(number) && takesMs > 0)
    .map((question) => takes(question, slowStartMs));
  const least = Math.min(...times);
  if (times.length === 0 || budgetMs >= least) return undefined;
  const all = times.reduce((sum, one) => sum + one, 0);
  return `the shortest of these questions takes ${formatDuration(least)}, all of them ${formatDuration(all)} at least, and a start half a minute more`;
}

/** Time that a question takes at least, ms, where every start takes so much longer. */
export function takes({ takesMs, inTurn }: Question, slowStartMs: number): number {
  return takesMs + inTurn * slowStartMs;
}

/**
 * Asks questions one after another, as long as the budget has room for what each takes at least; one that has none is answered with that reason.
 * Returned by number. Interrupted: those answered so far, and the rest as not measured.
 */
export async function ask(
  numbers: readonly number[],
  context: LoadContext,
  signal: AbortSignal,
  questions: readonly Question[] = QUESTIONS,
): Promise<Answer[]> {
  const asked = questions.filter(({ number }) => numbers.includes(number));
  const answers: Answer[] = [];
  for (const [i, question] of asked.entries()) {
    const { number, title } = question;
    const takesMs = takes(question, context.slowStartMs);
    const unanswered = (because: string): Answer => ({ question: number, title, ...unmeasured(because) });
    context.reserveMs = asked.slice(i + 1).reduce((sum, later) => sum + takes(later, context.slowStartMs), 0);
    if (signal.aborted) answers.push(unanswered(whyEnded(signal)));
    else if (context.leftMs() < takesMs) {
      const why = `it takes ${formatDuration(takesMs)} at least, and ${formatDuration(Math.max(0, context.leftMs()))} were left`;
      context.leaveOut(`question ${number}, ${title}: ${why}; --questions ${number} asks it alone`);
      answers.push(unanswered(why));
    } else {
      context.say(`question ${number}: ${title}`);
      try {
        answers.push({ question: number, title, ...(await question.ask(context)) });
      } catch (error) {
        if (signal.aborted) answers.push(unanswered(whyEnded(signal)));
        // What the others found out is not thrown away for it.
        else answers.push({ ...unanswered(`the harness failed: ${wordsOf(error)}`), failed: true });
      }
    }
  }
  return answers.sort((a, b) => a.question - b.question);
}

/** A limit of the target's own says which it is. */
function whyEnded({ reason }: AbortSignal): string {
  return reason instanceof EnvironmentError ? reason.message : 'the run was interrupted';
}

function wordsOf(error: unknown): string {
  return error instanceof Error
    ? `${error.message}${error.stack ? ` (${error.stack.split('\n')[1]?.trim()})` : ''}`
    : String(error);
}
