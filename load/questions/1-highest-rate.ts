import type { TopologyName } from '../../harness/core/load-results.ts';
import { rate } from '../../harness/report/figures.ts';
import type { LoadContext, Measured, Question } from '../context.ts';
import { regress } from '../regression.ts';
import { searchHighest } from '../search.ts';
import { mib, ms, RATE_COLUMNS, rateCells, steady, why } from '../words.ts';

const SECONDS = 10;
/** Time of one try with its pipeline's start and end, ms: measured on 2 cores. */
const TRY_MS = 32_000;
/** The goal is one of two neighbours at most this far apart. */
const PRECISION = 0.15;
const MOST_LINES = 200_000;

/** Found by search, for each topology; the tries of `direct` also tell what a line costs fluentd. */
export const highestRate: Question = {
  number: 1,
  title: 'Highest rate with nothing lost',
  takesMs: 2 * TRY_MS,
  inTurn: 2,
  podsAtOnce: 1,
  async ask(context) {
    const rows: (string | number | null)[][] = [];
    const bars: { x: string; y: number | null }[] = [];
    const sentences: string[] = [];
    for (const topology of context.topologies) {
      const tries = topology === 'direct' ? 8 : 5;
      if (topology !== 'direct' && context.leftMs() < tries * tryMs(context) + context.reserveMs) {
        context.leaveOut(
          `question 1: the search for the highest rate of ${topology}: --questions 1 --topology ${topology} runs it`,
        );
        continue;
      }
      const { found, trials } = await search(context, topology, tries);
      const best = trials.find(({ offered }) => Math.round(offered) === found.highest);
      const broke = firstBroken(trials, context);
      for (const trial of [...trials].sort((a, b) => a.offered - b.offered))
        rows.push([
          topology,
          ...rateCells(trial),
          held(trial, context) ? 'held' : 'broke',
          ms(trial.toSearchable?.p99),
          ms(trial.drainMs),
          trial.gaveOut?.stage ?? '',
          held(trial, context) ? '' : why(trial) || `p99 above ${ms(context.goals.p99Ms)}`,
        ]);
      bars.push({ x: topology, y: best ? mib(best.offered * best.bytesPerLine) : 0 });
      const stage = broke?.gaveOut ? `; ${broke.gaveOut.stage} gave out first: ${broke.gaveOut.evidence[0]}` : '';
      const bytes = context.goals.bytesPerLine;
      sentences.push(
        found.highest === undefined
          ? `${topology} bore none of the rates tried, down to ${rate(Math.min(...found.attempts.map((one) => one.rate)), bytes)}${stage}.`
          : `${topology} bears ${rate(found.highest, bytes)} a pod${found.lowestBroken ? `, not ${rate(found.lowestBroken, bytes)}` : ''}${stage}${found.complete ? '' : ' (the search was ended before it was exact)'}.`,
      );
      if (topology === 'direct') note(context, found, trials, broke);
    }
    return {
      measured: rows.length > 0,
      sentence: sentences.join(' '),
      tables: [
        {
          columns: [
            { title: 'topology' },
            ...RATE_COLUMNS,
            { title: 'result' },
            { title: 'p99 to searchable' },
            { title: 'drained after' },
            { title: 'gave out first' },
            { title: 'because' },
          ],
          rows,
        },
      ],
      charts: [
        {
          title: 'Highest rate with nothing lost, one pod',
          kind: 'bar',
          x: { label: 'topology', unit: '', scale: 'category' },
          y: { label: 'rate', unit: 'MiB/s' },
          series: [{ name: 'highest rate', points: bars }],
        },
      ],
    };
  },
};

function tryMs({ slowStartMs }: LoadContext): number {
  return TRY_MS + slowStartMs;
}

async function search(context: LoadContext, topology: TopologyName, attempts: number) {
  const { goals } = context;
  const trials: Measured[] = [];
  const options = {
    from: Math.max(4 * goals.linesPerSecond, 1000),
    most: MOST_LINES,
    precision: PRECISION,
    attempts,
    goOn: () => trials.length < 2 || context.leftMs() > tryMs(context) + context.reserveMs,
  };
  const holds = async (lines: number): Promise<boolean> => {
    const trial = await context.trial({
      name: `rate-${topology}-${lines}`,
      topology,
      load: steady(lines, SECONDS, goals.bytesPerLine),
      abortAtLag: Math.max(20_000, (lines * goals.p99Ms * 1.5) / 1000),
      drainWithinMs: 30_000,
    });
    trials.push(trial);
    return held(trial, context);
  };
  const found = await searchHighest(options, holds);
  // What broke by little may have no stage at its limit: the one that gives out shows further above.
  const { lowestBroken } = found;
  if (lowestBroken !== undefined && !firstBroken(trials, context)?.gaveOut && options.goOn())
    await holds(Math.min(2 * lowestBroken, MOST_LINES));
  return { found, trials };
}

/** The lowest rate that broke, of those where a stage is known that gave out: just above the highest rate that holds none may be at its limit yet. */
function firstBroken(trials: readonly Measured[], context: LoadContext): Measured | undefined {
  const broken = trials.filter((trial) => !held(trial, context)).sort((a, b) => a.offered - b.offered);
  return broken.find(({ gaveOut }) => gaveOut) ?? broken[0];
}

/** Nothing missing, the goal of the latency kept, and drained as soon. */
export function held({ outcome, toSearchable, drainMs }: Measured, { goals }: Pick<LoadContext, 'goals'>): boolean {
  return (
    outcome === 'pass' &&
    toSearchable !== null &&
    toSearchable.p99 <= goals.p99Ms &&
    drainMs !== null &&
    drainMs <= goals.p99Ms
  );
}

function note(
  context: LoadContext,
  found: Awaited<ReturnType<typeof searchHighest>>,
  trials: readonly Measured[],
  broke: Measured | undefined,
): void {
  const { findings } = context;
  findings.highest = {
    linesPerSecond: found.highest,
    lowestBroken: found.lowestBroken,
    gaveOut: broke?.gaveOut ?? null,
  };
  const quiet = trials.filter((trial) => held(trial, context));
  findings.lostInQuiet = {
    missing: quiet.reduce((sum, { missing }) => sum + missing, 0),
    accepted: quiet.reduce((sum, { accepted }) => sum + accepted, 0),
  };
  const points = quiet.flatMap(({ achieved, metrics }) => {
    const cpu = metrics['fluentd.cpu'];
    return cpu ? [{ x: achieved, y: cpu.mean }] : [];
  });
  const line = regress(points);
  const memory = trials.flatMap(({ metrics }) => metrics['fluentd.memory']?.max ?? []);
  if (line && memory.length > 0)
    findings.fluentd = {
      baseCores: line.base,
      coresPerLine: line.slope,
      spread: line.spread,
      points: points.length,
      toLines: Math.max(...points.map(({ x }) => x)),
      memoryBytes: Math.max(...memory),
      cpuLimit: context.cpuLimit,
    };
}
