import { ApiException } from '@kubernetes/client-node';
import type { CheckResult } from '../../../core/check-result.ts';
import { pause } from '../../../core/condition.ts';
import { EnvironmentError, UsageError } from '../../../core/trouble.ts';
import { apiMessage } from '../../kube/api-errors.ts';
import { AwsError, troubleOf } from '../aws-trouble.ts';
import { bad, type Check, type PreflightContext, type Seen, warn } from './check.ts';
import { checksFor } from './checks.ts';

/** How long one check may take, ms: an API server that is away is asked for 30 s. */
const PATIENCE_MS = 60_000;

/**
 * Looks at all that a run on AWS needs, side by side where one check does not need the other. `tell` gets each result as it comes in; returned are all, in
 * the checks' own order. Throws nothing: what fails is a bad line, and what could not be looked at because of it a warning.
 */
export async function preflight(
  context: PreflightContext,
  tell: (result: CheckResult) => void = () => {},
  {
    checks = checksFor(context.settings),
    patienceMs = PATIENCE_MS,
  }: { checks?: readonly Check[]; patienceMs?: number } = {},
): Promise<CheckResult[]> {
  const looks = new Map<string, Promise<Outcome>>();
  for (const one of checks) {
    const before = (one.after ?? []).map((name) => {
      const look = looks.get(name);
      if (!look) throw new Error(`check ${one.name}: there is no check ${name} before it`);
      return look;
    });
    looks.set(one.name, lookAfter(one, before, context, patienceMs, tell));
  }
  return (await Promise.all(looks.values())).map(({ result }) => result);
}

interface Outcome {
  result: CheckResult;
  /** Whether checks that need this one can tell anything. */
  stands: boolean;
}

async function lookAfter(
  one: Check,
  before: readonly Promise<Outcome>[],
  context: PreflightContext,
  patienceMs: number,
  tell: (result: CheckResult) => void,
): Promise<Outcome> {
  const failed = (await Promise.all(before)).filter(({ stands }) => !stands).map(({ result }) => result.check);
  const names = failed.join(', ');
  const result =
    failed.length > 0
      ? { check: one.name, ...warn(`not looked at: ${names} comes first`, `mend ${names}`) }
      : await looked(one, context, patienceMs);
  tell(result);
  return { result, stands: failed.length === 0 && result.state !== 'bad' };
}

async function looked(one: Check, context: PreflightContext, patienceMs: number): Promise<CheckResult> {
  const waiting = new AbortController();
  const late = pause(patienceMs, waiting.signal).then(() => ({
    check: one.name,
    ...bad(`no answer within ${patienceMs / 1000}s`, 'look at the network between here and AWS, and run it again'),
  }));
  try {
    return await Promise.race([one.look(context), late]);
  } catch (error) {
    return { check: one.name, ...seenOf(error) };
  } finally {
    waiting.abort();
    late.catch(() => {});
  }
}

function seenOf(error: unknown): Seen {
  if (error instanceof ApiException)
    return bad(
      `the API server answers ${apiMessage(error)}`,
      'look at what it says there, and at what the user or role may do',
    );
  // Ours: the message has the fix in it, behind the last semicolon.
  if (error instanceof UsageError || (error instanceof EnvironmentError && !(error instanceof AwsError))) {
    const [saw, fix] = error.message.split(/; (?=[^;]*$)/);
    return bad(saw!, fix ?? 'see what is said there');
  }
  const { saw, fix } = troubleOf(error);
  return bad(saw, fix);
}
