import { ConditionTimeout } from '../core/condition.ts';
import type { Deployment } from '../core/target.ts';
import { UsageError } from '../core/trouble.ts';
import type { Verdict } from '../core/verdict.ts';

/** Longest wait for the end of a fluentd that cannot work, ms: about five times what its start takes. */
const REFUSES_WITHIN_MS = 45_000;

/** The verdict on a pipeline that must refuse to start, and say so in words: fluentd's container ends, neither hanging nor running. */
export async function refusal(
  deployment: Pick<Deployment, 'ready' | 'fluentdLog'>,
  expected: RegExp,
  { say }: { say(what: string): void },
): Promise<Verdict> {
  say('waiting until fluentd refuses to start');
  const said = () => deployment.fluentdLog().at(-1) ?? 'nothing';
  try {
    await deployment.ready({ followed: true, withinMs: REFUSES_WITHIN_MS });
    return fail(
      `fluentd runs as if nothing were missing: expected it to end with ${expected}; it said last: ${said()}`,
    );
  } catch (error) {
    if (error instanceof ConditionTimeout)
      return fail(`fluentd hangs: expected it to end with ${expected}; ${error.message}`);
    if (!(error instanceof UsageError)) throw error;
    return expected.test(error.message)
      ? { outcome: 'pass', reasons: [] }
      : fail(`fluentd ends without the words ${expected}: ${error.message}`);
  }
}

function fail(reason: string): Verdict {
  return { outcome: 'fail', reasons: [reason] };
}
