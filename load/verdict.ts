import { formatBytes, formatDuration } from '../harness/core/duration.ts';
import type { Findings, GaveOut, QueueVerdict } from '../harness/core/load-results.ts';
import { number } from '../harness/core/verdict.ts';
import { rate } from '../harness/report/figures.ts';
import { bufferFor, maxOutageMs } from './outage.ts';

/** What the pipeline must bear. Rates are of one pod. */
export interface Goals {
  linesPerSecond: number;
  bytesPerLine: number;
  pods: number;
  p99Ms: number;
  outageMs: number;
}

/** What a Fargate pod has for log, buffer and image layers unless it asks for more: 20 GiB, of which some are the image's. */
const DISK_BYTES = 16 * 2 ** 30;

/** Whether a queue is needed, from what was measured; what was not measured is said, never assumed. */
export function queueVerdict(goals: Goals, findings: Findings): QueueVerdict {
  const { highest, lostInQuiet, outage, fanIn } = findings;
  const because = reasons(goals, findings);
  const say = (queue: QueueVerdict['queue'], sentence: string): QueueVerdict => ({
    queue,
    sentence,
    because,
    flips: flips(goals, findings),
    extrapolated: extrapolated(goals, findings),
  });
  const asked = rate(goals.linesPerSecond, goals.bytesPerLine);
  if (lostInQuiet && lostInQuiet.missing > 0)
    return say(
      'would not help',
      `Would not help: ${number(lostInQuiet.missing)} of ${number(lostInQuiet.accepted)} records were lost with the domain in good health, before any queue could hold them.`,
    );
  if (!highest) return say('not found out', 'Not found out: the highest rate was not measured in this run.');
  const limit = firstToGiveOut(goals, findings);
  const first = limit ? `the first limit is ${named(limit.stage)}` : 'no stage was at its limit';
  if (highest.linesPerSecond === undefined || highest.linesPerSecond < goals.linesPerSecond) {
    const bears =
      highest.linesPerSecond === undefined
        ? 'no rate that was tried'
        : rate(highest.linesPerSecond, goals.bytesPerLine);
    return say(
      'would not help',
      `Would not help: the pod bears ${bears}, and ${asked} is the goal; ${first}, and a queue makes no stage faster: it only stores what that stage does not take.`,
    );
  }
  if (fanIn && fanIn.mostPods < goals.pods)
    return say(
      'would not help',
      `Would not help: the domain bears ${number(fanIn.mostPods)} pods at ${asked} each, and ${number(goals.pods)} are the goal. What it does not take on average, a queue only stores; it needs more capacity.`,
    );
  if (!outage)
    return say('not found out', 'Not found out: how long an outage the buffer outlasts was not measured in this run.');
  const bytesPerSecond = goals.linesPerSecond * goals.bytesPerLine;
  const survivedMs = maxOutageMs(outage.bufferBytes, bytesPerSecond, outage.perLogByte);
  const upTo = `up to ${rate(highest.linesPerSecond, goals.bytesPerLine)} a pod${fanIn ? ` and ${number(fanIn.mostPods)} pods at ${asked}` : ''}: ${first}`;
  if (survivedMs >= goals.outageMs)
    return say(
      'not needed',
      `Not needed ${upTo}; an outage of ${formatDuration(goals.outageMs)} is outlasted by the file buffer (${formatDuration(survivedMs)} at ${asked}).`,
    );
  const needed = bufferFor(goals.outageMs, bytesPerSecond, outage.perLogByte);
  if (needed <= DISK_BYTES)
    return say(
      'not needed',
      `Not needed ${upTo}; but for an outage of ${formatDuration(goals.outageMs)} raise total_limit_size from ${formatBytes(outage.bufferBytes)}, which lasts ${formatDuration(survivedMs)}, to ${formatBytes(needed * 1.25)}, and the volume with it.`,
    );
  return say(
    'needed',
    `Needed: an outage of ${formatDuration(goals.outageMs)} is the goal, direct outlasts ${formatDuration(survivedMs)} at ${asked} with ${formatBytes(outage.bufferBytes)}, and ${formatBytes(needed)} do not fit on a pod's disk.`,
  );
}

/**
 * The stage that gives out first: the buffer, where an outage that is the goal fills it, as no other stage comes short of a goal by that; otherwise the
 * one that gave out as the rate rose.
 */
export function firstToGiveOut(goals: Goals, { highest, outage }: Findings): GaveOut | undefined {
  const fullMs =
    outage && maxOutageMs(outage.bufferBytes, goals.linesPerSecond * goals.bytesPerLine, outage.perLogByte);
  const bears = highest === undefined || (highest.linesPerSecond ?? 0) >= goals.linesPerSecond;
  if (fullMs !== undefined && fullMs < goals.outageMs && bears) {
    const evidence = `${formatBytes(outage!.bufferBytes)} are full ${formatDuration(fullMs)} into an outage at ${rate(goals.linesPerSecond, goals.bytesPerLine)}, and ${formatDuration(goals.outageMs)} are the goal (${outage!.points} buffers were measured until they were full)`;
    return { stage: 'buffer', evidence: [evidence] };
  }
  return highest?.gaveOut ?? undefined;
}

function reasons(goals: Goals, findings: Findings): string[] {
  const { bytesPerLine } = goals;
  const { highest, outage, fanIn, podEnded } = findings;
  const said: string[] = [];
  const first = firstToGiveOut(goals, findings);
  if (first) said.push(`gave out first: ${first.stage}: ${first.evidence[0]}`);
  if (highest?.linesPerSecond !== undefined) {
    const broken = highest.lowestBroken ? `, ${rate(highest.lowestBroken, bytesPerLine)} were not` : '';
    said.push(`direct: ${rate(highest.linesPerSecond, bytesPerLine)} a pod were borne with nothing lost${broken}`);
  }
  if (highest?.gaveOut && highest.gaveOut !== first)
    said.push(`as the rate rose, ${highest.gaveOut.stage} gave out first: ${highest.gaveOut.evidence[0]}`);
  if (outage)
    said.push(
      `${outage.points} outages were measured until the buffer was full: ${outage.perLogByte.toFixed(2)} bytes of buffer for a byte of log, ${number(outage.lost)} records lost`,
    );
  if (fanIn)
    said.push(
      `fan-in: ${number(fanIn.measuredPods)} pods at most were started here; beyond that a simulation over the measured service times`,
    );
  for (const [topology, { missing, accepted }] of Object.entries(podEnded ?? {}))
    said.push(
      `a pod that ended while the domain was away: ${topology} lost ${number(missing)} of ${number(accepted)} records`,
    );
  return said;
}

/** The measurements that would turn the verdict, were they otherwise. */
function flips(goals: Goals, { highest, outage, fanIn, podEnded }: Findings): string[] {
  const said: string[] = [];
  const bytesPerSecond = goals.linesPerSecond * goals.bytesPerLine;
  if (outage) {
    const most = maxOutageMs(DISK_BYTES, bytesPerSecond, outage.perLogByte);
    said.push(
      `an outage goal above ${formatDuration(most)} at this rate: what it leaves behind does not fit on a pod's disk (${formatBytes(DISK_BYTES)})`,
    );
  } else said.push('how long an outage the buffer outlasts (question 3): not measured');
  const direct = podEnded?.direct;
  const queued = Object.entries(podEnded ?? {}).filter(([name, { missing }]) => name !== 'direct' && missing === 0);
  if (direct && direct.missing > 0 && queued.length > 0)
    said.push(
      `pods that may end while the domain is away (rollouts, evictions): their buffer goes with them, which ${queued.map(([name]) => name).join(' and ')} kept; then a queue is needed, or such ends must wait`,
    );
  else if (!direct) said.push('what a pod loses that ends while the domain is away (question 5): not measured');
  if (highest?.linesPerSecond !== undefined)
    said.push(
      `a pod that writes more than ${rate(highest.linesPerSecond, goals.bytesPerLine)}: then no queue helps, only a second reader or more CPU`,
    );
  if (fanIn) said.push(`more than ${number(fanIn.mostPods)} pods: then the domain is the limit`);
  return said;
}

function extrapolated(goals: Goals, { outage, fanIn }: Findings): string[] {
  const said: string[] = [];
  if (outage && goals.outageMs > outage.longestMs)
    said.push(
      `an outage of ${formatDuration(goals.outageMs)}: the longest measured was ${formatDuration(outage.longestMs)}, the rest is the formula's line`,
    );
  if (fanIn && fanIn.mostPods > fanIn.measuredPods)
    said.push(`${number(fanIn.mostPods)} pods: ${number(fanIn.measuredPods)} were measured, the rest is simulated`);
  return said;
}

const WORDS: Partial<Record<GaveOut['stage'], string>> = {
  'fluentd CPU': "fluentd's CPU limit",
  fluentd: "fluentd's single reader",
  buffer: "fluentd's buffer",
  edge: "the domain's front door",
  'write thread pool': "the domain's write thread pool",
  engine: 'the domain itself',
  'host CPU': 'this machine, which pod, cluster and domain share',
  writer: 'the application itself',
};

function named(stage: GaveOut['stage']): string {
  return WORDS[stage] ?? stage;
}
