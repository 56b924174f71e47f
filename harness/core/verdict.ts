import type { Facts } from './facts.ts';
import type { Reconciliation, RecordRange } from './reconciliation.ts';
import type { ScenarioDefinition, Tolerance } from './scenario.ts';
import { listStages } from './stage.ts';

/** `fail` blames the pipeline, `error` blames us, `skip` says why. */
export type Outcome = 'pass' | 'fail' | 'error' | 'skip';

export interface Verdict {
  outcome: Outcome;
  /** What led to it; empty for a pass. */
  reasons: string[];
  /** The generator fell more than 2 % behind what it was asked for. */
  generatorLimited?: boolean;
}

/** Share of the offered rate that the generator may fall behind: architecture.md, contract 6. */
export const GENERATOR_TOLERANCE = 0.02;

/** The verdict on one scenario. Trouble on our side goes before any judgement of the pipeline. */
export function judge(scenario: Pick<ScenarioDefinition, 'tolerance' | 'checks' | 'judge'>, facts: Facts): Verdict {
  const troubles = [...facts.troubles, ...facts.book.complaints];
  for (const { fault, trace } of facts.traces) {
    if (trace === undefined) troubles.push(`the fault "${fault}" left no trace: nothing was proven`);
  }
  if (facts.reconciliation.accepted === 0)
    troubles.push('nothing was accepted from the application: nothing was proven');
  if (facts.behind > GENERATOR_TOLERANCE) {
    troubles.push(
      `generator-limited: the application wrote ${(facts.behind * 100).toFixed(1)} % slower than it was asked to`,
    );
    return { outcome: 'error', reasons: troubles, generatorLimited: true };
  }
  if (troubles.length > 0) return { outcome: 'error', reasons: troubles };
  const reasons = scenario.judge ? scenario.judge(facts) : broken(scenario.tolerance ?? {}, facts);
  reasons.push(...(scenario.checks ?? []).flatMap((check) => check(facts)));
  return { outcome: reasons.length > 0 ? 'fail' : 'pass', reasons };
}

function broken(tolerance: Tolerance, { reconciliation, drain, documents }: Facts): string[] {
  const { accepted, missing, duplicated, unexpected, corrupted } = reconciliation;
  const reasons: string[] = [];
  const over = (count: number, allowed: number | 'any' | undefined, text: string) => {
    if (allowed !== 'any' && count > (allowed ?? 0)) reasons.push(text);
  };
  const places = [...new Set(reconciliation.missingRanges.map(({ place }) => place))].join(', ');
  over(
    missing,
    tolerance.missing,
    `missing: ${number(missing)} of ${number(accepted)} accepted (${percent(missing / accepted)}; ${places}): ${listRanges(reconciliation.missingRanges)}; waited until ${drain.end} (${drain.saw})${lostWhere(reconciliation)}`,
  );
  over(
    duplicated,
    tolerance.duplicated,
    `duplicated: ${number(duplicated)} copies too many: ${listRanges(reconciliation.duplicatedRanges)}`,
  );
  over(
    unexpected,
    tolerance.unexpected,
    `unexpected: ${number(unexpected)} documents that no emitter announced: ${reconciliation.unexpectedSamples.slice(0, 3).join(', ')}`,
  );
  over(
    corrupted,
    tolerance.corrupted,
    `corrupted: ${number(corrupted)} documents are not what was written: ${listRanges(reconciliation.corruptedRanges)}`,
  );
  over(
    documents.count,
    0,
    `documents: ${number(documents.count)} are not as the record was written: ${documents.samples.slice(0, 3).join('; ')}`,
  );
  return reasons;
}

/** On a line of its own, and only where it was looked into. */
function lostWhere({ missingRanges }: Reconciliation): string {
  return missingRanges.some(({ stage }) => stage) ? `\nwhere they were lost: ${listStages(missingRanges)}` : '';
}

/** `pod-a: 4,812–4,960 (tail)`; the first few ranges, and how many there are besides. */
export function listRanges(ranges: readonly (RecordRange & { place?: string; stage?: string })[], most = 5): string {
  const shown = ranges.slice(0, most).map(({ stream, from, to, place, stage }) => {
    const seqs = to - from === 1 ? number(from) : `${number(from)}–${number(to - 1)}`;
    const where = [place, stage].filter(Boolean).join(', ');
    return `${stream}: ${seqs}${where ? ` (${where})` : ''}`;
  });
  if (ranges.length > most) shown.push(`and ${number(ranges.length - most)} ranges more`);
  return shown.join('; ');
}

/** 12,345 */
export function number(count: number): string {
  return count.toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`;
}
