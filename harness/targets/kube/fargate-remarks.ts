import { findingText } from '../../core/fargate-lint/lint.ts';
import type { Blueprint } from './blueprint.ts';

/** What is said before anything is applied: a line for each thing that runs here and would not on Fargate. */
export function fargateRemarks({ refusedByFargate }: Pick<Blueprint, 'refusedByFargate'>): string[] {
  return refusedByFargate.map((finding) => `! runs here, and not on Fargate: ${findingText(finding)}`);
}
