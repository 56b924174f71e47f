import { dueAt, type LedgerBook, type StreamAccount } from './ledger-book.ts';
import type { LossStage, MissingRange } from './reconciliation.ts';
import { type Evidence, evidenceOf, type StreamEvidence } from './stage-evidence.ts';
import type { PodSurvey } from './survey.ts';
import type { Arrival } from './target.ts';

interface Finding {
  stage: LossStage;
  because: string;
}

/**
 * Splits missing ranges by the stage in which their records vanished, with what tells so. `arrivals`: undefined where nobody sees what the domain
 * answers; `forgotten`: some of them nobody remembers, so that one which is not among them proves nothing. A part keeps the place of its range.
 */
export function withStages(
  ranges: readonly MissingRange[],
  book: LedgerBook,
  arrivals: readonly Arrival[] | undefined,
  pods: readonly PodSurvey[],
  forgotten = false,
): MissingRange[] {
  const evidence = new Map<string, StreamEvidence>();
  return ranges.flatMap((range) => {
    const account = book.streams.get(range.stream);
    if (!account) return [range];
    const known = evidence.get(range.stream) ?? evidenceOf(account, arrivals, pods, forgotten);
    evidence.set(range.stream, known);
    return split(range, (seq) => find(known, account, seq));
  });
}

/** `300 written-not-read (behind fluentd's position …); 20 unknown (…)`: what each stage took, the reason told once. */
export function listStages(ranges: readonly MissingRange[]): string {
  const byStage = new Map<string, { count: number; because: Set<string> }>();
  for (const { stage = 'unknown', because, from, to } of ranges) {
    const sum = byStage.get(stage) ?? { count: 0, because: new Set() };
    byStage.set(stage, sum);
    sum.count += to - from;
    if (because) sum.because.add(because);
  }
  return Array.from(byStage, ([stage, { count, because }]) => {
    const reasons = [...because].slice(0, 3).join('; ');
    return `${count.toLocaleString('en-US')} ${stage}${reasons ? ` (${reasons})` : ''}`;
  }).join('; ');
}

function split(range: MissingRange, findingOf: (seq: number) => Finding): MissingRange[] {
  const parts: MissingRange[] = [];
  for (let seq = range.from; seq < range.to; seq++) {
    const { stage, because } = findingOf(seq);
    const last = parts.at(-1);
    if (last?.stage !== stage) parts.push({ ...range, from: seq, to: seq + 1, stage, because });
    else {
      last.to = seq + 1;
      if (!last.because!.includes(because)) last.because += `; ${because}`;
    }
  }
  return parts;
}

/** From the far end back: what the domain answered, what fluentd holds, what it read, what was written. */
function find(evidence: StreamEvidence, account: StreamAccount, seq: number): Finding {
  const { taken, refused, deadLetters, chunks } = evidence;
  const held = chunks.find(({ records }) => records.has(seq));
  if (taken?.has(seq)) return { stage: 'accepted-not-searchable', because: 'the domain said that it took them' };
  const refusals = refused?.filter(({ records }) => records.has(seq)).map(({ status }) => status) ?? [];
  if (refusals.length > 0) {
    const since = held ? ', and fluentd still holds them' : '';
    // It may have taken them later, when nobody looked.
    if (!evidence.arrivalsKnown && !held)
      return {
        stage: 'unknown',
        because: `the domain answered ${refusals.join(' and ')}; what reached it later is not all known`,
      };
    return { stage: 'sent-rejected', because: `the domain answered ${refusals.join(' and ')}${since}` };
  }
  if (deadLetters.has(seq)) return { stage: 'read-not-sent', because: 'fluentd put them aside as dead letters' };
  if (held) return { stage: 'read-not-sent', because: `they wait in fluentd's buffer (${nameOf(held.path)})` };
  return unsent(evidence, account, seq);
}

function unsent({ pod, files, readFrom, arrivalsKnown }: Evidence, account: StreamAccount, seq: number): Finding {
  if (!pod) return { stage: 'unknown', because: 'nothing is known of their pod' };
  const { fluentd, volume } = pod;
  const sent = arrivalsKnown ? 'they did not reach the domain' : 'what reached the domain is not known';
  if (!fluentd.followed) return { stage: 'written-not-read', because: 'fluentd never followed the log' };
  if (!volume)
    return { stage: 'unknown', because: `${sent}; whether fluentd had read them is not known: ${pod.unseen}` };
  // What fluentd read in its present life was sent, so what was not sent was not read.
  const idle = arrivalsKnown && fluentd.sentAll && isAfter(fluentd.restartedAt, account, seq);
  const file = files.find(({ before, behind }) => before.has(seq) || behind.has(seq));
  if (!file) {
    if (volume.files.some(({ path }) => path === account.file) && account.rotations.length === 0)
      return { stage: 'never-written', because: `${nameOf(account.file)} stands, and they are not in it` };
    return idle
      ? { stage: 'written-not-read', because: 'their file is gone, and fluentd has sent all that it read' }
      : { stage: 'unknown', because: `${sent}; their file is gone` };
  }
  const name = nameOf(file.path);
  if (file.position === undefined) {
    return idle
      ? { stage: 'written-not-read', because: `fluentd has no position in ${name}, and has sent all that it read` }
      : { stage: 'unknown', because: `${sent}; fluentd has no position in ${name}` };
  }
  const position = `fluentd's position in ${name} (${bytes(file.position)} of ${bytes(file.bytes)} B)`;
  if (file.behind.has(seq)) return { stage: 'written-not-read', because: `they lie behind ${position}` };
  if (!arrivalsKnown) return { stage: 'unknown', because: `${position} is beyond them; ${sent}` };
  if (fluentd.fromHead) return { stage: 'read-not-sent', because: `${position} is beyond them; ${sent}` };
  // Without `read_from_head` a position beyond a record may come from passing over it.
  if (!fluentd.remembers && !isAfter(fluentd.restartedAt, account, seq))
    return { stage: 'unknown', because: `${sent}; fluentd ended and forgot its position` };
  if (seq > readFrom(file)) return { stage: 'read-not-sent', because: `${position} is beyond them; ${sent}` };
  return idle
    ? { stage: 'written-not-read', because: 'fluentd passed over them when it began to follow the file' }
    : { stage: 'unknown', because: `${position} is beyond them: read or passed over; ${sent}` };
}

/** Whether a record was surely written after a time; true without one. */
function isAfter(at: number | undefined, account: StreamAccount, seq: number): boolean {
  return at === undefined || dueAt(account, seq) > at;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function bytes(count: number): string {
  return count.toLocaleString('en-US');
}
