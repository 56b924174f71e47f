import type { Facts } from '../harness/core/facts.ts';
import { dueAt } from '../harness/core/ledger-book.ts';
import { defineScenario } from '../harness/core/scenario.ts';
import { listRanges } from '../harness/core/verdict.ts';
import { deletePodNow } from '../harness/faults/delete-pod.ts';

/** flush_interval, and a bulk on its way when the pod goes, ms. */
const LAST_MS = 3000;

export default defineScenario({
  title: 'loses at most the last 3 seconds of a pod that is deleted without grace while it writes',
  why: 'a limit, not a feature: what fluentd has not sent yet lies on a volume that goes with the pod. `flush_interval 1s` keeps that short',
  rows: [8],
  setting: '`flush_interval 1s`',
  asWritten: 'kept',
  load: { linesPerSecond: 300, for: '5s', lastBurst: { lines: 3000, after: '0s', over: '10s' } },
  faults: [deletePodNow('4s')],
  // 300 lines a second.
  tolerance: { missing: 900 },
  checks: [onlyTheLast],
});

function onlyTheLast({ book, reconciliation }: Facts): string[] {
  const early = reconciliation.missingRanges.filter(({ stream, from }) => {
    const account = book.streams.get(stream)!;
    return dueAt(account, from) < account.acceptedAt - LAST_MS;
  });
  return early.length === 0 ? [] : [`older than ${LAST_MS / 1000} s when the pod went, and lost: ${listRanges(early)}`];
}
