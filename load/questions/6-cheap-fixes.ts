import { rate } from '../../harness/report/figures.ts';
import type { Changes, LoadContext, Measured, Question } from '../context.ts';
import { ms, RATE_COLUMNS, rateCells, steady, unmeasured } from '../words.ts';

const SECONDS = 10;
const AS_IT_IS = 'as it is';
const TRY_MS = 40_000;
const DRAIN_MS = 45_000;

/** One setting at a time, the cheapest first. */
const FIXES: { name: string; changes: (context: LoadContext) => Changes | undefined }[] = [
  {
    name: 'twice the CPU',
    changes: ({ cpuLimit }) => (cpuLimit === undefined ? undefined : { cpu: `${Math.round(cpuLimit * 2000)}m` }),
  },
  { name: 'flush_thread_count 4', changes: () => ({ parameters: { flush_thread_count: '4' } }) },
  { name: 'chunk_limit_records 2000', changes: () => ({ parameters: { chunk_limit_records: '2000' } }) },
  {
    name: 'bulk_message_request_threshold 1m',
    changes: () => ({ parameters: { bulk_message_request_threshold: '1m' } }),
  },
  { name: 'request_timeout 60s', changes: () => ({ parameters: { request_timeout: '60s' } }) },
  { name: 'no ids', changes: () => ({ parameters: { id_key: '', write_operation: 'index' } }) },
];

/** The rate that broke, again, with one setting changed at a time: how far each moves what the domain gets. */
export const cheapFixes: Question = {
  number: 6,
  title: 'Cheap fixes first',
  takesMs: 3 * TRY_MS,
  inTurn: 3,
  podsAtOnce: 1,
  async ask(context) {
    const { goals, findings } = context;
    const lines = findings.highest?.lowestBroken;
    if (lines === undefined) return unmeasured('no rate broke: question 1 found no failing case');
    const run = (name: string, changes?: Changes) =>
      context.trial({
        name: `fix-${name.replaceAll(' ', '-')}`,
        load: steady(lines, SECONDS, goals.bytesPerLine),
        ...(changes ? { changes } : {}),
        drainWithinMs: DRAIN_MS,
      });
    const results = [{ fix: AS_IT_IS, trial: await run('none') }];
    for (const { name, changes } of FIXES) {
      const change = changes(context);
      if (!change) continue;
      if (context.leftMs() < TRY_MS + context.slowStartMs + context.reserveMs) {
        context.leaveOut(`question 6: ${name}`);
        continue;
      }
      results.push({ fix: name, trial: await run(name, change) });
    }
    if (context.leftMs() > TRY_MS + context.slowStartMs + context.reserveMs)
      results.push({ fix: AS_IT_IS, trial: await run('none-again') });
    context.leaveOut(
      'question 6: compressed bodies and a buffer in memory, for which td-agent.conf has no setting to change',
    );
    const same = [
      ...context.trials.filter(({ name }) => name === `rate-direct-${lines}`),
      ...trialsOf(results, AS_IT_IS),
    ].map(speed);
    const [least, most] = [Math.min(...same), Math.max(...same)];
    const base = same.reduce((sum, one) => sum + one, 0) / same.length;
    const moved = results.map(({ fix, trial }) => ({ fix, trial, ratio: base > 0 ? speed(trial) / base : Number.NaN }));
    const best = moved.filter(({ fix }) => fix !== AS_IT_IS).sort((a, b) => b.ratio - a.ratio)[0];
    const noise = `${Math.round(least).toLocaleString('en-US')} to ${Math.round(most).toLocaleString('en-US')} lines/s in ${same.length} runs`;
    return {
      measured: true,
      sentence: best
        ? `At ${rate(lines, goals.bytesPerLine)}, which broke, the pipeline as it is gets ${noise} to the domain. ${
            speed(best.trial) > most
              ? `${best.fix} gets the most of all: ${best.ratio.toFixed(2)} times the mean, in one run.`
              : 'No single setting gets more than that.'
          }`
        : 'Only the failing case itself was repeated: nothing to compare with.',
      tables: [
        {
          columns: [
            { title: 'changed' },
            ...RATE_COLUMNS,
            { title: 'reach the domain', unit: 'lines/s' },
            { title: 'against the mean as it is', unit: '×' },
            { title: 'all there after' },
            { title: 'p99 to searchable' },
            { title: 'gave out first' },
          ],
          rows: moved.map(({ fix, trial, ratio }) => [
            fix,
            ...rateCells(trial),
            Math.round(speed(trial)),
            Math.round(ratio * 100) / 100,
            ms(trial.drainMs),
            ms(trial.toSearchable?.p99),
            trial.gaveOut?.stage ?? '',
          ]),
        },
      ],
      charts: [
        {
          title: 'Lines a second that reach the domain, one setting changed at a time',
          kind: 'bar',
          x: { label: 'changed', unit: '', scale: 'category' },
          y: { label: 'rate', unit: 'lines/s' },
          series: [
            {
              name: 'reach the domain',
              points: moved.map(({ fix, trial }) => ({ x: fix, y: Math.round(speed(trial)) })),
            },
          ],
        },
      ],
    };
  },
};

/** All records over the time from the load's start until the last was there, lines/s: what the pipeline does when there is always more. */
function speed({ accepted, achieved, missing, drainMs }: Measured): number {
  const loadMs = (accepted * 1000) / achieved;
  return ((accepted - missing) * 1000) / (loadMs + (drainMs ?? DRAIN_MS));
}

function trialsOf(results: readonly { fix: string; trial: Measured }[], name: string): Measured[] {
  return results.filter(({ fix }) => fix === name).map(({ trial }) => trial);
}
