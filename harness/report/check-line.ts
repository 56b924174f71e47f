import pc from 'picocolors';
import type { CheckResult } from '../core/check-result.ts';

/** A check as one line, and what mends it as a second. */
export function checkLine({ check, state, saw, fix }: CheckResult): string {
  const mark = { ok: pc.green('✔'), warn: pc.yellow('!'), bad: pc.red('✘') }[state];
  return `${mark} ${check}: ${saw}${fix ? `\n    mend: ${fix}` : ''}`;
}
