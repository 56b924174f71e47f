import { formatDuration } from '../core/duration.ts';
import type { LoadResults, Table, Trial } from '../core/load-results.ts';
import { METRICS, type Metric } from '../core/sample.ts';
import { figure } from './figures.ts';

const MIB = 2 ** 20;

/** The nine questions with what was found, one row each. */
export function questionsTable({ answers }: LoadResults): Table {
  return {
    columns: [{ title: '#' }, { title: 'question' }, { title: 'answer' }],
    rows: answers.map(({ question, title, sentence }) => [String(question), title, sentence]),
  };
}

/** Every trial, one row each; counts are lines. */
export function trialsTable(trials: readonly Trial[]): Table {
  return {
    columns: [
      { title: 'trial' },
      { title: 'outcome' },
      { title: 'gave out first' },
      { title: 'topology' },
      { title: 'pods' },
      { title: 'offered', unit: 'lines/s' },
      { title: 'offered', unit: 'MiB/s' },
      { title: 'achieved', unit: 'lines/s' },
      { title: 'achieved', unit: 'MiB/s' },
      { title: 'accepted' },
      { title: 'missing' },
      { title: 'duplicated' },
      { title: 'p99 to accepted', unit: 'ms' },
      { title: 'p99 to searchable', unit: 'ms' },
      { title: 'drained after', unit: 'ms' },
      { title: 'recovered after', unit: 'ms' },
    ],
    rows: trials.map((trial) => [
      trial.name,
      trial.outcome,
      trial.gaveOut?.stage ?? 'nothing',
      trial.topology,
      trial.pods,
      trial.offered,
      (trial.offered * trial.bytesPerLine) / MIB,
      trial.achieved,
      (trial.achieved * trial.bytesPerLine) / MIB,
      trial.accepted,
      trial.missing,
      trial.duplicated,
      trial.toAccepted?.p99 ?? null,
      trial.toSearchable?.p99 ?? null,
      trial.drainMs,
      trial.recoveryMs,
    ]),
  };
}

/** Latencies of a trial from the intended write time. */
export function latencyTable({ toAccepted, toSearchable }: Trial): Table {
  const ways = [
    ['written → accepted', toAccepted],
    ['written → searchable', toSearchable],
  ] as const;
  return {
    columns: [{ title: 'latency' }, ...['p50', 'p90', 'p99', 'max'].map((title) => ({ title, unit: 'ms' }))],
    rows: ways.map(([name, of]) => [name, of?.p50 ?? null, of?.p90 ?? null, of?.p99 ?? null, of?.max ?? null]),
  };
}

/** What a trial's samples came to, one row a metric. */
export function metricsTable({ metrics }: Trial): Table {
  return {
    columns: ['metric', 'mean', 'p99', 'highest', 'what'].map((title) => ({ title })),
    rows: (Object.keys(METRICS) as Metric[]).flatMap((name) => {
      const summary = metrics[name];
      const { unit, what } = METRICS[name];
      return summary ? [[name, ...[summary.mean, summary.p99, summary.max].map((it) => figure(it, unit)), what]] : [];
    }),
  };
}

/** Thresholds of a trial's profile, and whether they were kept. */
export function thresholdsTable({ thresholds }: Trial): Table {
  return {
    columns: [{ title: 'threshold' }, { title: 'measured' }, { title: 'outcome' }],
    rows: thresholds.map(({ expression, measured, unit, kept }) => [
      expression,
      figure(measured, unit),
      measured === null ? 'error' : kept ? 'pass' : 'fail',
    ]),
  };
}

/** Where and with what a run was made. */
export function surroundingsTable(results: LoadResults): Table {
  const { target, pipeline, engine, kubernetes, images, machine, goals, commit, changed, place, rehearsal } = results;
  return {
    columns: [{ title: 'what' }, { title: 'which' }],
    rows: [
      ['goals', `p99 written → searchable ${goals.p99}, outage ${goals.outage}`],
      ['target', rehearsal ? `${target}, in a rehearsal` : target],
      ...(place ? [['place', place]] : []),
      ['pipeline', pipeline],
      ['engine', `${engine.name} ${engine.version}`],
      ...(kubernetes ? [['Kubernetes', kubernetes]] : []),
      ['machine', `${machine.cpus} CPUs (${machine.cpuModel}), ${figure(machine.memoryBytes, 'bytes')}`],
      ['kernel', machine.kernel],
      ['commit', commit ? `${commit.slice(0, 12)}${changed ? ' with changes' : ''}` : 'no git commit'],
      ...Object.entries(images).map(([role, image]) => [`image ${role}`, image]),
    ],
  };
}

/** When a run began, how long it took, and whether it is whole. */
export function whenOf({ startedAt, durationMs, partial, endedBy, run }: LoadResults): string {
  return `${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${formatDuration(durationMs)}, run ${run}${partial ? `; ${endedBy ?? 'interrupted'}: what is here is whole, the rest did not run` : ''}`;
}

/** The command that repeats a run, as one pastes it into a shell. */
export function commandOf({ arguments: words }: LoadResults): string {
  const quoted = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`));
  return ['npm run load --', ...quoted].join(' ');
}
