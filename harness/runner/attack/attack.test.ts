import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quietFacts } from '../../core/fake-facts.ts';
import { LedgerBook } from '../../core/ledger-book.ts';
import type { Deployment, Sink } from '../../core/target.ts';
import { judge } from '../../core/verdict.ts';
import { readBack } from '../read-back.ts';
import { ledgerOf } from './ledger.ts';
import { type Planted, RUN } from './line.ts';
import { expectedOutcome, expectedReport } from './oracle.ts';
import { KINDS, type Kind, type Plan, plans } from './plan.ts';
import { plant } from './plant.ts';

/**
 * The mutation check: defects planted at random places of random runs, and the exact report demanded. A failure prints its seed and path; run it
 * again with `ATTACK_SEED=… ATTACK_PATH=… npm run test:unit -- attack`.
 */
const RUNS = Number(process.env['ATTACK_RUNS'] ?? 10_000);
const again = {
  ...(process.env['ATTACK_SEED'] ? { seed: Number(process.env['ATTACK_SEED']) } : {}),
  ...(process.env['ATTACK_PATH'] ? { path: process.env['ATTACK_PATH'] } : {}),
};

function sinkOf(documents: readonly Planted[], page: number): Sink {
  return {
    count: async () => documents.length,
    read: async (_run, take) => {
      for (let at = 0; at < documents.length; at += page)
        take(documents.slice(at, at + page).map(({ source }, i) => ({ index: 'i', id: String(at + i), source })));
    },
    clear: async () => {},
  };
}

async function assertExact(plan: Plan, documents: readonly Planted[]): Promise<void> {
  const book = new LedgerBook();
  for (const event of ledgerOf(plan)) book.add(event);
  const deployment = { run: RUN, book } as Partial<Deployment> as Deployment;
  const { reconciliation } = await readBack(deployment, sinkOf(documents, plan.page));
  const report = expectedReport(plan, documents);
  expect(book.complaints).toEqual([]);
  expect(reconciliation).toEqual(report);
  const { outcome } = judge({}, quietFacts({ book, reconciliation }));
  expect(outcome).toBe(expectedOutcome(report));
}

test(`${RUNS} random runs: every defect is reported exactly as planted, before and after what is late`, async () => {
  const planted = new Map<Kind | 'late' | 'in doubt' | 'nothing', number>();
  const count = (kind: Kind | 'late' | 'in doubt' | 'nothing', by = 1) =>
    planted.set(kind, (planted.get(kind) ?? 0) + by);
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const made = plant(plan);
      const early = made.documents.filter(({ late }) => !late);
      for (const [kind, times] of made.planted) count(kind, times);
      if (plan.streams.some(({ inDoubt }) => inDoubt > 0)) count('in doubt');
      if (made.planted.size === 0) count('nothing');
      await assertExact(plan, made.documents);
      if (early.length === made.documents.length) return;
      count('late');
      await assertExact(plan, early);
    }),
    { numRuns: RUNS, ...again },
  );
  // A kind that is never planted proves nothing.
  const fewest = again.path ? 0 : RUNS / 50;
  for (const kind of [...KINDS, 'late', 'in doubt', 'nothing'] as const)
    expect(planted.get(kind) ?? 0, kind).toBeGreaterThanOrEqual(fewest);
}, 300_000);
