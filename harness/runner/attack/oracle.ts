import type { MissingRange, RecordRange } from '../../core/reconciliation.ts';
import type { Outcome } from '../../core/verdict.ts';
import { idOf, type Planted, streamName } from './line.ts';
import type { Plan } from './plan.ts';

/** The report that a run deserves, worked out with sets of strings from what the planter knows: slow, plain, and nothing of the verifier's own code. */
export function expectedReport(plan: Plan, documents: readonly Planted[]) {
  const known = plan.streams.map(({ accepted, inDoubt }, stream) => {
    const ids = Array.from({ length: accepted + inDoubt }, (_, seq) => idOf(streamName(stream), seq));
    return { stream: streamName(stream), ids, accepted: ids.slice(0, accepted) };
  });
  const announced = new Set(known.flatMap(({ ids }) => ids));
  const ours = documents.filter(({ claims }) => claims !== undefined && announced.has(claims));
  const strangers = documents.filter((one) => !ours.includes(one));
  const copies = new Map<string, number>();
  for (const { claims } of ours) copies.set(claims!, (copies.get(claims!) ?? 0) + 1);
  const corrupted = ours.filter(({ intact }) => !intact);
  const accepted = known.flatMap((one) => one.accepted);
  const missing = new Set(accepted.filter((id) => !copies.has(id)));
  const bent = new Set(corrupted.map(({ claims }) => claims!));
  const ranges = (has: (id: string) => boolean) => known.flatMap(({ stream, ids }) => rangesOf(stream, ids, has));
  return {
    accepted: accepted.length,
    delivered: accepted.filter((id) => copies.has(id)).length,
    missing: missing.size,
    duplicated: ours.length - copies.size,
    unexpected: strangers.length,
    corrupted: corrupted.length,
    inDoubt: announced.size - accepted.length,
    missingRanges: known.flatMap((one) =>
      rangesOf(one.stream, one.accepted, (id) => missing.has(id)).map((range) => placed(range, one.accepted, missing)),
    ),
    duplicatedRanges: ranges((id) => (copies.get(id) ?? 0) > 1),
    corruptedRanges: ranges((id) => bent.has(id)),
    unexpectedSamples: strangers.slice(0, 20).map(({ claims, source }) => claims ?? wordsOf(source).slice(0, 120)),
    lossBound95: missing.size === 0 && accepted.length > 0 ? 3 / accepted.length : null,
  };
}

/** The verdict that a report deserves where nothing is tolerated. */
export function expectedOutcome(report: ReturnType<typeof expectedReport>): Outcome {
  if (report.accepted === 0) return 'error';
  return report.missing + report.duplicated + report.unexpected + report.corrupted > 0 ? 'fail' : 'pass';
}

/** Neighbours among a stream's ids that a question is answered with yes for. */
function rangesOf(stream: string, ids: readonly string[], has: (id: string) => boolean): RecordRange[] {
  const marks = ids.map((id) => (has(id) ? 'x' : '.')).join('');
  return Array.from(marks.matchAll(/x+/g), ({ 0: run, index }) => ({ stream, from: index, to: index + run.length }));
}

function placed(range: RecordRange, accepted: readonly string[], missing: ReadonlySet<string>): MissingRange {
  const within = accepted.slice(range.from, range.to);
  const first = within.includes(accepted[0]!);
  const last = within.includes(accepted.at(-1)!);
  if (accepted.every((id) => missing.has(id))) return { ...range, place: 'whole' };
  return { ...range, place: first ? 'head' : last ? 'tail' : 'middle' };
}

function wordsOf(source: unknown): string {
  const strings: string[] = [];
  JSON.stringify(source, (_key, value) => {
    if (typeof value === 'string') strings.push(value);
    return value;
  });
  return strings.join(' ');
}
