import { EdgeAdmin } from '../../edge/admin-client.ts';
import { flushIntervalOf } from '../../targets/kube/td-agent-conf.ts';
import { afterOf, type ProbeResult, probe as sendProbe } from '../probe.ts';
import { type RunningConf, runningConf } from '../running-conf.ts';
import type { DevStack } from '../stack.ts';
import { judgeAccepted } from './accepted-stage.ts';
import { judgeBuffer } from './buffer-stage.ts';
import { lookAtEngine } from './engine-look.ts';
import { judgeFile } from './file-stage.ts';
import { type Finding, STAGES, unknown } from './finding.ts';
import { failureOf, type LogLine } from './fluentd-log.ts';
import { bufferOf, findLastLine, lastWords, logSince, more, total } from './gather.ts';
import { judgeParts, missingPart } from './parts-stage.ts';
import { judgeRead } from './read-stage.ts';
import { troubleOf } from './refusals.ts';
import { judgeSearchable } from './searchable-stage.ts';
import { judgeSent } from './sent-stage.ts';
import { lookAtVolume, type VolumeLook } from './volume-look.ts';

export interface DiagnoseOptions {
  /** How long the doctor's own probe may be on its way, ms; two flush intervals and 10 s unless told. */
  withinMs?: number;
  /** What fluentd said so long before counts too, ms; 60,000 unless told. */
  lookBackMs?: number;
  signal?: AbortSignal | undefined;
}

/** What came of a walk along a record's way. */
export interface Diagnosis {
  /** One a stage, in order. */
  findings: Finding[];
  /** The first stage that is broken. */
  broken: Finding | undefined;
  /** The record that the doctor sent; undefined: what it saw before was enough. */
  probe: ProbeResult | undefined;
}

/** Walks a record's way through a stack, with a record of its own where the way is open so far, and names the first broken stage. */
export async function diagnose(stack: DevStack, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const { lookBackMs = 60_000, signal } = options;
  const parts = await stack.parts();
  const missing = missingPart(parts);
  const words = missing && {
    part: missing.part,
    lines: await lastWords(stack, missing.part),
    byHand: stack.byHand(missing.part),
  };
  const findings = [judgeParts({ parts, words })];
  if (missing) return ended(findings);

  const conf = await runningConf(stack);
  const look = await lookAtVolume(stack, conf);
  findings.push(judgeFile({ look, conf, application: parts.find(({ part }) => part === 'application') }));
  if (isBroken(findings)) return ended(findings);
  const since = look.now - lookBackMs;
  const before = { look, conf, log: await logSince(stack, since), buffer: await bufferOf(stack) };
  const read = judgeRead(before);
  // Lines that are dropped say how the probe fares, too.
  if (read.state === 'broken' && read.problem !== 'parse error') return ended([...findings, read]);

  const edge = new EdgeAdmin(stack.addresses.edgeAdmin);
  const counted = await edge.counters();
  const sentAt = Date.now();
  const withinMs = options.withinMs ?? 10_000 + 2 * flushIntervalOf(conf.text);
  const probe = await sendProbe(stack, { withinMs, signal });
  const [log, buffer, counters, engine, lastLine] = await Promise.all([
    logSince(stack, since),
    bufferOf(stack),
    edge.counters(),
    lookAtEngine(stack.addresses.engine, signal),
    findLastLine(stack, look, signal),
  ]);
  const failure = failureNow(log, probe, sentAt);
  const items = more(counters.itemStatuses, counted.itemStatuses);
  const refusals = more(counters.refusals, counted.refusals);
  const requests = {
    came: counters.requests - counted.requests,
    answered: total(more(counters.statuses, counted.statuses)),
  };
  findings.push(
    judgeRead({ look: await lookAgain(stack, conf, look, probe), conf, log, buffer, probe }),
    judgeBuffer({ buffer, log, read: afterOf(probe, 'read') !== undefined, cause: failure }),
    judgeSent({ probe, failure, requests, endpoint: conf.endpoint, held: buffer.saw, log }),
    judgeAccepted({ probe, failure, items, refusals, engine, log, sentAt }),
    judgeSearchable({ probe, engine, lastLine }),
  );
  return ended(findings, probe);
}

/** The volume after a probe that was not read: where fluentd stands now counts. */
async function lookAgain(stack: DevStack, conf: RunningConf, before: VolumeLook, probe: ProbeResult) {
  return afterOf(probe, 'read') === undefined ? lookAtVolume(stack, conf) : before;
}

/** Why the output fails now: not what it failed of before it took the probe to the domain. */
function failureNow(log: readonly LogLine[], probe: ProbeResult, sentAt: number) {
  const failure = failureOf(log);
  const acceptedMs = afterOf(probe, 'accepted');
  if (!failure || (acceptedMs !== undefined && failure.at < sentAt + acceptedMs)) return undefined;
  return troubleOf(failure.reason);
}

/** Stages that were not come to are told of as such. */
function ended(findings: Finding[], probe?: ProbeResult): Diagnosis {
  const broken = findings.find(({ state }) => state === 'broken');
  const rest = STAGES.slice(findings.length).map((stage) => unknown(stage, 'not looked at'));
  return { findings: [...findings, ...rest], broken, probe };
}

function isBroken(findings: readonly Finding[]): boolean {
  return findings.some(({ state }) => state === 'broken');
}
