import type { Changes, LoadContext, Measured, Question } from '../context.ts';
import { rate } from '../verdict.ts';
import { ms, RATE_COLUMNS, rateCells, steady } from '../words.ts';

const SECONDS = 10;
const TRY_MS = 40_000;

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
  async ask(context) {
    const { goals, findings } = context;
    const lines = findings.highest?.lowestBroken;
    if (lines === undefined)
      return {
        measured: false,
        sentence: 'not measured because no rate broke: question 1 found no failing case',
        tables: [],
        charts: [],
      };
    const run = (name: string, changes?: Changes) =>
      context.trial({
        name: `fix-${name.replaceAll(' ', '-')}`,
        load: steady(lines, SECONDS, goals.bytesPerLine),
        ...(changes ? { changes } : {}),
        drainWithinMs: 45_000,
      });
    const results = [{ fix: 'as it is', trial: await run('none') }];
    for (const { name, changes } of FIXES) {
      const change = changes(context);
      if (!change) continue;
      if (context.leftMs() < TRY_MS + context.reserveMs) {
        context.leaveOut(`question 6: ${name}`);
        continue;
      }
      results.push({ fix: name, trial: await run(name, change) });
    }
    context.leaveOut(
      'question 6: compressed bodies and a buffer in memory, for which td-agent.conf has no setting to change',
    );
    const base = speed(results[0]!.trial);
    const moved = results.map(({ fix, trial }) => ({ fix, trial, ratio: base > 0 ? speed(trial) / base : Number.NaN }));
    const best = moved.slice(1).sort((a, b) => b.ratio - a.ratio)[0];
    return {
      measured: true,
      sentence: best
        ? `At ${rate(lines, goals.bytesPerLine)}, which broke, ${best.fix} moves most: ${best.ratio.toFixed(2)} times as many lines a second reach the domain. One run each: differences below about 15 % are noise.`
        : 'Only the failing case itself was repeated: nothing to compare with.',
      tables: [
        {
          columns: [
            { title: 'changed' },
            ...RATE_COLUMNS,
            { title: 'reach the domain', unit: 'lines/s' },
            { title: 'against as it is', unit: '×' },
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
function speed({ accepted, missing, measuredMs, drainMs }: Measured): number {
  return ((accepted - missing) * 1000) / (measuredMs + (drainMs ?? 45_000));
}
