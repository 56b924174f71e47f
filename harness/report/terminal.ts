import pc from 'picocolors';
import { formatDuration } from '../core/duration.ts';
import { number, type Outcome } from '../core/verdict.ts';
import type { Results, ScenarioResult } from '../runner/results.ts';

const MARK: Record<Outcome, string> = {
  pass: pc.green('✔'),
  fail: pc.red('✘'),
  error: pc.yellow('!'),
  skip: pc.dim('-'),
};

/** The one line of a finished scenario. */
export function scenarioLine({
  name,
  outcome,
  reconciliation,
  latencyMs,
  durationMs,
  deadLetters,
  reasons,
  blocked,
}: ScenarioResult): string {
  const parts: string[] = [];
  if (reconciliation) parts.push(`${number(reconciliation.delivered)} of ${number(reconciliation.accepted)} records`);
  if (reconciliation && outcome !== 'pass') {
    for (const kind of ['missing', 'duplicated', 'unexpected', 'corrupted'] as const) {
      if (reconciliation[kind] > 0) parts.push(`${number(reconciliation[kind])} ${kind}`);
    }
  }
  if (deadLetters > 0) parts.push(`${number(deadLetters)} put aside`);
  if (latencyMs) parts.push(`p99 ${formatDuration(latencyMs.p99)}`);
  parts.push(...blocked.map(waited));
  if (outcome === 'error' || outcome === 'skip') parts.push(reasons[0]?.split('\n')[0] ?? '');
  return `${MARK[outcome]} ${name} ${pc.dim(`· ${parts.join(' · ')} · ${formatDuration(durationMs)}`)}`;
}

/** Everything needed to understand a red scenario without running it again. */
export function redDetails(result: ScenarioResult, folder: string): string {
  const { name, outcome, reasons, traces, fluentdLog } = result;
  const lines = [
    `\n${MARK[outcome]} ${pc.bold(name)}: ${outcome === 'error' ? 'error, nothing is said about the pipeline' : 'the promise is broken'}`,
  ];
  if (result.promise) lines.push(`  promised: the pipeline ${result.promise}`);
  for (const reason of reasons) lines.push(indent(reason));
  if (result.keptBy && outcome === 'fail') lines.push(`  what keeps it: ${result.keptBy}`);
  for (const { fault, trace } of traces) lines.push(pc.dim(indent(`fault: ${fault}: ${trace ?? 'no trace'}`)));
  if (fluentdLog.length > 0) lines.push('  fluentd’s last lines:', pc.dim(indent(fluentdLog.join('\n'), 4)));
  lines.push(`  artifacts: ${folder}`);
  return lines.join('\n');
}

/** The last lines of a run. */
export function summaryLine(results: Results, folder: string): string {
  const { scenarios, engine, outcome, durationMs, firstVerifiedMs, partial } = results;
  const count = (wanted: Outcome) => scenarios.filter((one) => one.outcome === wanted).length;
  const bounds = scenarios.flatMap(({ outcome, reconciliation }) =>
    outcome === 'pass' && reconciliation?.lossBound95 ? [reconciliation.accepted] : [],
  );
  const records = bounds.reduce((sum, accepted) => sum + accepted, 0);
  const counts = [
    `${count('pass')} passed`,
    `${count('fail')} failed`,
    ...(count('error') ? [`${count('error')} errors`] : []),
    ...(count('skip') ? [`${count('skip')} skipped`] : []),
  ].join(', ');
  const bound =
    records > 0
      ? `\n  none of ${number(records)} records lost where it passed: at 95 % confidence fewer than 1 in ${number(Math.floor(records / 3))}`
      : '';
  const first = firstVerifiedMs === null ? '' : `; first verified records after ${formatDuration(firstVerifiedMs)}`;
  const read = scenarios.flatMap(({ readBack }) => readBack ?? []);
  const documents = read.reduce((sum, one) => sum + one.documents, 0);
  const tookMs = read.reduce((sum, one) => sum + one.tookMs, 0);
  const rate =
    tookMs > 0
      ? `\n  ${number(documents)} documents read back and reconciled one by one, ${number(Math.round((documents * 1000) / tookMs))} a second`
      : '';
  return `\n${partial ? '130' : MARK[outcome]} ${subjectOf(results)} on ${engine.name} ${engine.version}: ${counts} in ${formatDuration(durationMs)}${first}${bound}${rate}\n  report: ${folder}/report.html`;
}

/** What a run was about: `delivered`, `delivered in a rehearsal of AWS` */
export function subjectOf({ pipeline, target, rehearsal }: Pick<Results, 'pipeline' | 'target' | 'rehearsal'>): string {
  if (rehearsal) return `${pipeline} in a rehearsal of AWS`;
  return target === 'aws' ? `${pipeline} on AWS` : pipeline;
}

/** `the application waited 12.3s (ENOSPC)` */
export function waited({ totalMs, error }: ScenarioResult['blocked'][number]): string {
  return `the application waited ${formatDuration(totalMs)} (${error})`;
}

function indent(text: string, by = 2): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}
