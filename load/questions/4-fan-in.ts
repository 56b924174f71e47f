import { rate } from '../../harness/report/figures.ts';
import type { LoadContext, Measured, Question } from '../context.ts';
import { served } from '../plan.ts';
import { regress } from '../regression.ts';
import { mostPods, simulateFanIn } from '../simulation.ts';
import { ms, RATE_COLUMNS, rateCells, steady, why } from '../words.ts';

const SECONDS = 10;
/** Lines of the bulks whose time is taken, and how often each. */
const BULKS = [
  { lines: 100, bulks: 30 },
  { lines: 1000, bulks: 15 },
  { lines: 4000, bulks: 8 },
];

/** One to a few pods really, at the rate that is the goal; many pods by simulation over the engine's measured service times. */
export const fanIn: Question = {
  number: 4,
  title: 'Fan-in: many pods into one domain',
  takesMs: 110_000,
  inTurn: 2,
  podsAtOnce: 4,
  async ask(context) {
    const { goals, findings } = context;
    const trials: Measured[] = [];
    for (const pods of [1, 2, 4]) {
      if (pods > 1 && context.leftMs() < 40_000 + context.slowStartMs + context.reserveMs) {
        context.leaveOut(`question 4: ${pods} pods and more, for want of time`);
        break;
      }
      trials.push(
        await context.trial({
          name: `fan-in-${pods}`,
          pods,
          load: steady(goals.linesPerSecond, SECONDS, goals.bytesPerLine),
        }),
      );
    }
    const domain = await measureDomain(context);
    if (domain) findings.domain = domain;
    const most = domain && mostPods(served(domain, goals.linesPerSecond), goals.p99Ms);
    const measuredPods = Math.max(0, ...trials.filter(({ outcome }) => outcome === 'pass').map(({ pods }) => pods));
    const broke = trials.find(({ outcome }) => outcome === 'fail');
    if (most !== undefined) findings.fanIn = { mostPods: most, measuredPods, gaveOut: broke?.gaveOut ?? null };
    const steps =
      most === undefined
        ? []
        : [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.05].map((share) => Math.max(1, Math.round(most * share)));
    const simulated = [...new Set([...trials.map(({ pods }) => pods), ...steps])]
      .sort((a, b) => a - b)
      .flatMap((pods) => (domain ? simulateFanIn({ ...served(domain, goals.linesPerSecond), pods }) : []));
    return {
      measured: trials.length > 0,
      sentence: `${measuredPods} pods at ${rate(goals.linesPerSecond, goals.bytesPerLine)} each were started here and lost nothing${broke ? `; ${broke.pods} did not hold: ${why(broke)}` : ''}. ${
        most === undefined
          ? 'Beyond that: not simulated, because the engine is not to be had for its service times.'
          : `By the engine's service times (${domain!.perBulkMs.toFixed(1)} ms a bulk and ${(domain!.perLineMs * 1000).toFixed(0)} µs a line, ${domain!.servers.toFixed(1)} at once on this machine) direct stops scaling at about ${most.toLocaleString('en-US')} pods; that is simulated.`
      }`,
      tables: [
        {
          title: 'Measured',
          columns: [
            { title: 'pods' },
            ...RATE_COLUMNS,
            { title: 'missing', unit: 'records' },
            { title: 'p99 to searchable' },
            { title: 'bulks', unit: 'requests/s' },
            { title: 'bulk', unit: 'KiB' },
            { title: 'refused', unit: 'requests/s' },
            { title: 'fluentd CPU, a pod', unit: 'cores' },
            { title: 'fluentd memory, a pod', unit: 'MiB' },
          ],
          rows: trials.map((trial) => [
            trial.pods,
            ...rateCells(trial),
            trial.missing,
            ms(trial.toSearchable?.p99),
            rounded(trial.metrics['edge.requests']?.mean, 1),
            rounded(
              (trial.metrics['edge.bytes']?.mean ?? 0) / (trial.metrics['edge.requests']?.mean || Number.NaN) / 1024,
              1,
            ),
            rounded(trial.metrics['edge.refused']?.mean, 2),
            rounded((trial.metrics['fluentd.cpu']?.mean ?? Number.NaN) / trial.pods, 3),
            rounded((trial.metrics['fluentd.memory']?.max ?? Number.NaN) / trial.pods / 2 ** 20, 0),
          ]),
        },
        {
          title: 'Simulated',
          columns: [
            { title: 'pods' },
            { title: "of the domain's time", unit: '%' },
            { title: 'bulks', unit: 'requests/s' },
            { title: 'lines a bulk' },
            { title: 'p99 from flush to answer' },
          ],
          rows: simulated.map(({ pods, utilisation, bulksPerSecond, linesPerBulk, p99Ms }) => [
            pods,
            Math.round(utilisation * 100),
            Math.round(bulksPerSecond),
            Math.round(linesPerBulk),
            Number.isFinite(p99Ms) ? ms(p99Ms) : 'falls behind for ever',
          ]),
        },
      ],
      charts: [
        {
          title: 'Fan-in, simulated over measured service times',
          kind: 'line',
          x: { label: 'pods', unit: '', scale: 'linear' },
          y: { label: 'p99 from flush to answer', unit: 'ms', scale: 'log' },
          series: [
            {
              name: 'p99',
              points: simulated.map(({ pods, p99Ms }) => ({
                x: pods,
                y: Number.isFinite(p99Ms) ? Math.round(p99Ms) : null,
              })),
            },
          ],
        },
      ],
    };
  },
};

/** Times of bulks sent straight to the engine, one after another and side by side, and what a document takes on its disk. */
async function measureDomain(context: LoadContext) {
  const { bulkTimes, footprint, engineCores, goals } = context;
  if (!bulkTimes) {
    context.leaveOut(
      'question 4: the engine’s service times, the simulation of many pods that rests on them, and bytes on the disk: they are measured in an engine of our own, beside which nobody works',
    );
    return undefined;
  }
  const points: { x: number; y: number }[] = [];
  for (const { lines, bulks } of BULKS)
    points.push({ x: lines, y: (await bulkTimes(lines, bulks, 1)).elapsedMs / bulks });
  const line = regress(points);
  if (!line || line.slope <= 0) return undefined;
  const { lines, bulks } = BULKS[1]!;
  const alone = points[1]!.y;
  const sideBySide = (await bulkTimes(lines, bulks * 4, 2 * engineCores)).elapsedMs / (bulks * 4);
  // As many servers as the same bulks went through in the time of one.
  const servers = Math.max(1, Math.round((alone / sideBySide) * 10) / 10);
  const stored = await footprint?.();
  const indexPerLogByte = stored && stored.documents > 0 ? stored.bytes / stored.documents / goals.bytesPerLine : null;
  return {
    perBulkMs: Math.max(line.base, 0.1),
    perLineMs: line.slope,
    servers: Math.max(1, Math.floor(servers)),
    indexPerLogByte,
  };
}

function rounded(value: number | undefined, digits: number): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value * 10 ** digits) / 10 ** digits;
}
