import { afterOf, type ProbeResult } from '../probe.ts';
import type { EngineLook } from './engine-look.ts';
import { broken, type Finding, type Trouble, unknown, warning, well } from './finding.ts';
import { type LogLine, reasonIn } from './fluentd-log.ts';
import { troubleOf } from './refusals.ts';

export interface AcceptedEvidence {
  probe: ProbeResult;
  /** Why the output fails, if it does, and where on the way that is. */
  failure: (Trouble & { stage: string }) | undefined;
  /** Records by the status that the domain gave each of them, since the probe was written. Empty where nobody sees the domain's answers. */
  items: Record<string, number>;
  /** Refusals of whole requests by the edge since then, by its reason. */
  refusals: Record<string, number>;
  engine: EngineLook;
  /** What fluentd said lately. */
  log: readonly LogLine[];
  /** When the probe was written, ms since the epoch: what fluentd said before is of the past. */
  sentAt: number;
}

/** Whether the domain takes the records. */
export function judgeAccepted(evidence: AcceptedEvidence): Finding {
  const { probe, failure, refusals } = evidence;
  const refused = Object.entries(refusals).map(
    ([reason, times]) => `edge: ${plural(times, 'request')} refused: ${reason}`,
  );
  if (failure?.stage === 'accepted') {
    const { stage: _stage, ...trouble } = failure;
    return broken('accepted', { ...trouble, evidence: [...trouble.evidence, ...refused] });
  }
  const trouble = refusedRecords(evidence);
  if (trouble) return (trouble.now ? broken : warning)('accepted', trouble.told);
  const accepted = probe.stages.find(({ stage }) => stage === 'accepted');
  if (accepted?.afterMs !== undefined) return well('accepted', 'the domain takes the probe');
  if (refused.length === 0) return unknown('accepted', 'nothing came to the domain');
  return broken('accepted', {
    problem: 'refused',
    saw: 'the domain refuses requests',
    evidence: [...refused, accepted?.saw ?? ''].filter(Boolean),
    mend: "read the domain's words in fluentd's log: npm run logs -- fluentd",
  });
}

/** Records that were refused one by one, in bulks that were answered with 200. */
function refusedRecords({
  items,
  engine,
  log,
  probe,
  sentAt,
}: AcceptedEvidence): { now: boolean; told: Trouble } | undefined {
  // 409: "create" of a document that is there.
  const refused = Object.entries(items).filter(([status]) => Number(status) >= 400 && status !== '409');
  const counted = refused.map(([status, count]) => `edge: ${plural(count, 'record')} refused with ${status}`);
  const asides = log.filter(({ text }) => /\b400 - Rejected by/.test(text));
  const again = refused.map(([status]) => status).find((status) => status !== '400');
  if (again !== undefined) {
    // fluentd says nothing about these: it sends them again and again.
    const blocks = engine.blocks.map((block) => `engine: ${block}`);
    const { stage: _stage, ...told } = troubleOf(wordsFor(again, blocks.length > 0));
    return { now: true, told: { ...told, evidence: [...counted, ...blocks] } };
  }
  if (refused.length === 0 && asides.length === 0) return undefined;
  const last = asides.at(-1);
  const taken = afterOf(probe, 'accepted') !== undefined;
  const { stage: _stage, ...told } = troubleOf('mapper_parsing_exception');
  const evidence = [
    ...counted,
    ...(last ? [`fluentd: ${reasonIn(last.text).slice(0, 400)}`] : []),
    ...(taken ? ["the doctor's probe was taken: it is about what only the application writes, or is over"] : []),
  ];
  // Times of lines are cut to seconds.
  const now = refused.length > 0 || !taken || asides.some(({ at }) => at + 999 >= sentAt);
  return { now, told: { ...told, evidence } };
}

/** What an engine says with the status of a single record. */
function wordsFor(status: string, blocked: boolean): string {
  if (blocked && (status === '403' || status === '429')) return 'cluster_block_exception';
  return status === '403' ? '[403] security_exception' : `[${status}]`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
