import { formatDuration } from '../core/duration.ts';
import { listRanges, number } from '../core/verdict.ts';
import type { Results, ScenarioResult } from '../runner/results.ts';

/** report.md: what ran where, one row a scenario, then what is red in full. */
export function markdownReport(results: Results): string {
  const { pipeline, engine, kubernetes, target, startedAt, durationMs, outcome, scenarios, images, partial } = results;
  const lines = [
    `# ${pipeline} on ${engine.name} ${engine.version}: ${outcome}${partial ? ' (partial: interrupted)' : ''}`,
    '',
    `Target ${target}${kubernetes ? `, Kubernetes ${kubernetes}` : ''}; ${startedAt}, ${formatDuration(durationMs)}.`,
    'Counts are records. Missing = accepted from the application and not found; latency from the time a record was due to the domain’s answer.',
    '',
    '| scenario | outcome | accepted | delivered | missing | duplicated | unexpected | corrupted | in doubt | p50 | p99 | took |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...scenarios.map(row),
    '',
    ...scenarios.filter((one) => one.outcome !== 'pass').flatMap(details),
    '## Images',
    '',
    ...Object.entries(images).map(([role, image]) => `- ${role}: \`${image}\``),
    '',
  ];
  return lines.join('\n');
}

function row({ name, outcome, reconciliation: r, latencyMs, durationMs }: ScenarioResult): string {
  const counts = r
    ? [r.accepted, r.delivered, r.missing, r.duplicated, r.unexpected, r.corrupted, r.inDoubt].map(number)
    : Array(7).fill('');
  const latency = latencyMs ? [formatDuration(latencyMs.p50), formatDuration(latencyMs.p99)] : ['', ''];
  return `| ${[name, outcome, ...counts, ...latency, formatDuration(durationMs)].join(' | ')} |`;
}

function details({ name, outcome, reasons, traces, drain, reconciliation, fluentdLog }: ScenarioResult): string[] {
  return [
    `## ${name}: ${outcome}`,
    '',
    ...reasons.map((reason) => `- ${reason.replaceAll('\n', '\n  ')}`),
    ...traces.map(({ fault, trace }) => `- fault: ${fault}: ${trace ?? 'no trace'}`),
    ...(drain ? [`- drained until: ${drain.end} after ${formatDuration(drain.afterMs)}; last seen: ${drain.saw}`] : []),
    ...(reconciliation?.missingRanges.length
      ? [`- every missing range: ${listRanges(reconciliation.missingRanges, 200)}`]
      : []),
    '',
    ...(fluentdLog.length ? ['```', ...fluentdLog, '```', ''] : []),
  ];
}
