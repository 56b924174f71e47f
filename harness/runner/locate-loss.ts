import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { distinct } from '../core/ranges.ts';
import type { Reconciliation, RecordRange } from '../core/reconciliation.ts';
import { withStages } from '../core/stage.ts';
import type { Arrival, Deployment, TimeSpan } from '../core/target.ts';

/**
 * Finds out where missing records vanished, and which of them lie in dead-letter files, while the pipeline still stands; writes what was seen to
 * survey.json below `folder`. Without missing records nothing is looked at.
 */
export async function locateLoss(
  deployment: Pick<Deployment, 'book' | 'survey'>,
  reconciliation: Reconciliation,
  arrivals: readonly Arrival[] | undefined,
  forgotten: readonly TimeSpan[],
  { folder, say }: { folder: string; say(what: string): void },
): Promise<{ reconciliation: Reconciliation; deadLetters: RecordRange[] }> {
  const { missingRanges } = reconciliation;
  if (missingRanges.length === 0) return { reconciliation, deadLetters: [] };
  say('looking where records were lost');
  const pods = await deployment.survey().catch((error: unknown) => {
    // The loss stands, wherever it happened: what cannot be looked at is unknown.
    say(`the survey failed: ${error instanceof Error ? error.message : error}`);
    return [];
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'survey.json'), `${JSON.stringify(pods, undefined, 2)}\n`);
  const located = withStages(missingRanges, deployment.book, arrivals, pods, forgotten.length > 0);
  const aside = pods.flatMap(({ volume }) => volume?.deadLetters.flatMap(({ records }) => records) ?? []);
  return { reconciliation: { ...reconciliation, missingRanges: located }, deadLetters: distinct(aside) };
}
