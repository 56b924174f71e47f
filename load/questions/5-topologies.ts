import { fargateSize, monthlyPrice } from '../../harness/core/fargate.ts';
import { during } from '../../harness/core/fault.ts';
import type { TopologyName } from '../../harness/core/load-results.ts';
import { edge } from '../../harness/faults/edge-answers.ts';
import type { Measured, Question } from '../context.ts';
import { asPredicted, failuresOf, POD_ENDS, predicted, theoryOf } from '../failures.ts';
import { bands, curve, mib, ms, RATE_COLUMNS, rateCells, steady } from '../words.ts';

const SECONDS = 16;

/** Processes that must run, and what each part of a pod's pipeline asks for, as the manifests have it: cores and GiB. */
const PARTS: Record<TopologyName, { parts: number; pods: { vcpu: number; memoryGiB: number }[] }> = {
  direct: { parts: 1, pods: [] },
  aggregator: { parts: 2, pods: [{ vcpu: 0.5, memoryGiB: 0.375 }] },
  redis: {
    parts: 3,
    pods: [
      { vcpu: 0.5, memoryGiB: 0.375 },
      { vcpu: 0.25, memoryGiB: 0.5 },
    ],
  },
};

/** The same load and the same outage on each; then what each loses when its own parts end. */
export const topologies: Question = {
  number: 5,
  title: 'Topologies side by side',
  takesMs: 220_000,
  inTurn: 7,
  podsAtOnce: 3,
  edge: true,
  async ask(context) {
    const { goals, topologies, repeat } = context;
    const timed: Measured[] = [];
    for (let round = 0; round < repeat; round++) {
      if (round > 0 && context.leftMs() < topologies.length * (45_000 + context.slowStartMs) + context.reserveMs) {
        context.leaveOut(
          `question 5: ${repeat - round} of ${repeat} repetitions; no difference is claimed from fewer than 3`,
        );
        break;
      }
      // Each round begins with another one, so that none is always first on a machine that warms up.
      for (let i = 0; i < topologies.length; i++) {
        const topology = topologies[(i + round) % topologies.length]!;
        timed.push(
          await context.trial({
            name: `outage-${topology}#${round + 1}`,
            topology,
            load: steady(goals.linesPerSecond, SECONDS, goals.bytesPerLine),
            faults: [during('4s', '10s', edge.answers({ status: 503 }))],
            drainWithinMs: 60_000,
          }),
        );
      }
    }
    // In one go: lanes that are done with one kind begin with the next.
    const ended = await context.besides(failuresOf(context));
    context.findings.podEnded = Object.fromEntries(
      ended
        .filter(({ name, outcome }) => name.startsWith(POD_ENDS) && outcome !== 'error')
        .map(({ topology, missing, accepted }) => [topology, { missing, accepted }]),
    );
    const first = timed.filter(({ name }) => name.endsWith('#1'));
    return {
      measured: timed.length > 0,
      sentence: sentence(timed, ended),
      tables: [
        {
          title: 'One load, one outage of 6 s',
          columns: [
            { title: 'topology' },
            ...RATE_COLUMNS,
            { title: 'missing', unit: 'records' },
            { title: 'duplicated', unit: 'documents' },
            { title: 'sent twice', unit: 'records' },
            { title: 'p99 to searchable' },
            { title: 'recovered after' },
            { title: 'sidecar', unit: 'cores' },
            { title: 'collector', unit: 'cores' },
            { title: 'Redis', unit: 'cores' },
            { title: 'memory in all', unit: 'MiB' },
            { title: 'moving parts' },
            { title: 'a month, for what it adds' },
          ],
          rows: timed.map((trial) => [
            trial.topology,
            ...rateCells(trial),
            trial.missing,
            trial.duplicated,
            trial.sentTwice,
            ms(trial.toSearchable?.p99),
            ms(trial.recoveryMs),
            cores(trial, 'fluentd.cpu'),
            cores(trial, 'collector.cpu'),
            cores(trial, 'redis.cpu'),
            mib(memoryOf(trial)),
            PARTS[trial.topology].parts,
            `$${addedPrice(trial.topology).toFixed(2)}`,
          ]),
        },
        {
          title: 'What each loses when a part of it ends',
          columns: [
            { title: 'topology' },
            { title: 'what was done' },
            { title: 'accepted', unit: 'records' },
            { title: 'missing', unit: 'records' },
            { title: 'duplicated', unit: 'documents' },
            { title: 'sent twice', unit: 'records' },
            { title: 'by theory' },
            { title: 'as predicted' },
          ],
          rows: ended.map((trial) => [
            trial.topology,
            theoryOf(trial)?.what ?? trial.name,
            trial.accepted,
            trial.missing,
            trial.duplicated,
            trial.sentTwice,
            predicted(trial),
            asPredicted(trial),
          ]),
        },
      ],
      charts: [
        {
          title: 'Written and not yet searchable, through the outage',
          kind: 'line',
          x: { label: 'since the start of the load', unit: 's', scale: 'linear' },
          y: { label: 'lag', unit: 'lines' },
          series: first.map((trial) => curve(trial.topology, trial.samples, 'lag.lines')),
          bands: first[0] ? bands(first[0]) : [],
        },
      ],
    };
  },
};

function sentence(timed: readonly Measured[], ended: readonly Measured[]): string {
  const lost = (trials: readonly Measured[]) =>
    trials
      .filter(({ missing }) => missing > 0)
      .map(({ name, missing, accepted }) => `${name} ${missing} of ${accepted}`);
  const names = [...new Set(timed.map(({ topology }) => topology))];
  const recovered = names.map((topology) => {
    const values = timed.filter((one) => one.topology === topology).flatMap(({ recoveryMs }) => recoveryMs ?? []);
    return `${topology} ${values.length === 0 ? '–' : values.length === 1 ? ms(values[0]) : `${ms(Math.min(...values))}–${ms(Math.max(...values))}`}`;
  });
  const inOutage = lost(timed);
  const inEnds = lost(ended);
  const copies = ended
    .filter(({ duplicated }) => duplicated > 0)
    .map(({ name, duplicated }) => `${name} ${duplicated}`);
  return `Through an outage of 6 s ${inOutage.length === 0 ? 'none of them lost a record' : `lost: ${inOutage.join(', ')}`}; recovered after it: ${recovered.join(', ')}${timed.length < 3 * names.length ? ' (fewer than 3 each: no difference is claimed)' : ''}. When a part ends, lost: ${inEnds.length === 0 ? 'nothing' : inEnds.join(', ')}; documents there twice: ${copies.length === 0 ? 'none' : copies.join(', ')}.`;
}

function cores({ metrics }: Measured, metric: 'fluentd.cpu' | 'collector.cpu' | 'redis.cpu'): number | null {
  const value = metrics[metric]?.mean;
  return value === undefined ? null : Math.round(value * 1000) / 1000;
}

function memoryOf({ metrics }: Measured): number {
  const parts = ['fluentd.memory', 'collector.memory', 'redis.memory'] as const;
  return parts.reduce((sum, part) => sum + (metrics[part]?.max ?? 0), 0);
}

/** US dollars a month on Fargate for the pods that a topology adds to the application's own. */
function addedPrice(topology: TopologyName): number {
  return PARTS[topology].pods.reduce((sum, pod) => sum + monthlyPrice(fargateSize(pod)!), 0);
}
