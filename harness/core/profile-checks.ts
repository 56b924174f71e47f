import { type DurationLiteral, parseDuration } from './duration.ts';
import type { ProfileDefinition } from './profile.ts';
import { MOST_STAGES, parseSizes, sizesText } from './stages.ts';
import { parseThreshold } from './threshold.ts';

/** Most pods that one machine can be asked for. */
const MOST_PODS = 100;

/** What is wrong with a profile, in words; nothing said is right. Also for what no compiler has seen. */
export function checkProfile(profile: ProfileDefinition): string[] {
  const { title, stages, bytes, sizes, pods = 1, thresholds, abortAfter } = profile;
  const problems: string[] = [];
  const check = (where: string, what: () => unknown) => {
    try {
      what();
    } catch (error) {
      problems.push(where ? `${where}: ${(error as Error).message}` : (error as Error).message);
    }
  };
  if (!title) problems.push('expected a title');
  if (!Array.isArray(stages) || stages.length === 0) return [...problems, 'expected one stage or more'];
  if (stages.length > MOST_STAGES) problems.push(`expected at most ${MOST_STAGES} stages, got ${stages.length}`);
  for (const [i, stage] of stages.entries()) check(`stage ${i + 1}`, () => checkStage(stage));
  if (problems.length > 0) return problems;
  if (stages.every(({ linesPerSecond }) => linesPerSecond === 0))
    problems.push('expected a stage with a rate above 0, got pauses alone');
  if (bytes !== undefined && sizes !== undefined) problems.push('expected one of bytes and sizes, got both');
  check('sizes', () => parseSizes(sizesText(sizes ?? [{ bytes: bytes ?? '200B', share: 1 }])));
  for (const count of [pods].flat())
    if (!Number.isInteger(count) || count < 1 || count > MOST_PODS)
      problems.push(`pods: expected whole numbers from 1 to ${MOST_PODS}, got ${count}`);
  if (Array.isArray(pods) && pods.length === 0) problems.push('pods: expected one number or more, got none');
  if (!Array.isArray(thresholds)) problems.push('expected thresholds, a list of expressions (it may be empty)');
  else for (const expression of thresholds) check('', () => parseThreshold(expression));
  if (abortAfter !== undefined) check('abortAfter', () => parseDuration(abortAfter));
  checkSpans(profile, check);
  return problems;
}

function checkStage(stage: { for?: DurationLiteral; linesPerSecond?: number }): void {
  const { for: lasting, linesPerSecond } = stage;
  if (lasting === undefined) throw new Error('it has no end: expected for, a duration such as 30s');
  if (parseDuration(lasting) === 0) throw new Error(`expected for above 0, got "${lasting}"`);
  if (typeof linesPerSecond !== 'number' || !(linesPerSecond >= 0) || !Number.isFinite(linesPerSecond))
    throw new Error(`expected linesPerSecond of 0 (a pause) or more, got ${linesPerSecond}`);
}

/** Warm-up and outage lie within the load. */
function checkSpans(
  { stages, warmUp, outage }: ProfileDefinition,
  check: (where: string, what: () => unknown) => void,
): void {
  const whole = stages.reduce((sum, stage) => sum + parseDuration(stage.for), 0);
  check('warmUp', () => {
    if (warmUp !== undefined && parseDuration(warmUp) >= whole)
      throw new Error(`expected less than the ${whole}ms of all stages, got "${warmUp}"`);
  });
  check('outage', () => {
    if (outage && parseDuration(outage.at) + parseDuration(outage.for) > whole)
      throw new Error(`expected an end within the ${whole}ms of all stages, got ${outage.at} and ${outage.for} of it`);
    if (outage && parseDuration(outage.for) === 0) throw new Error(`expected for above 0, got "${outage.for}"`);
  });
}
