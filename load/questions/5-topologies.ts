import { fargateSize, monthlyPrice } from '../../harness/core/fargate.ts';
import { during } from '../../harness/core/fault.ts';
import type { TopologyName } from '../../harness/core/load-results.ts';
import { deletePod } from '../../harness/faults/delete-pod.ts';
import { edge } from '../../harness/faults/edge-answers.ts';
import { killCollector } from '../../harness/faults/kill-collector.ts';
import { restartRedis } from '../../harness/faults/restart-redis.ts';
import { signalPart } from '../../harness/faults/signal-part.ts';
import type { LoadContext, Measured, Question, TrialSpec } from '../context.ts';
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
  takesMs: 200_000,
  async ask(context) {
    const { goals, topologies, repeat } = context;
    const timed: Measured[] = [];
    for (let round = 0; round < repeat; round++) {
      if (round > 0 && context.leftMs() < topologies.length * 45_000 + context.reserveMs) {
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
    const ended = await context.besides(topologies.map((topology) => podEnded(context, topology)));
    context.findings.podEnded = Object.fromEntries(
      ended
        .filter(({ outcome }) => outcome !== 'error')
        .map(({ topology, missing, accepted }) => [topology, { missing, accepted }]),
    );
    const own = await context.besides(ownFailures(context));
    const first = timed.filter(({ name }) => name.endsWith('#1'));
    return {
      measured: timed.length > 0,
      sentence: sentence(timed, ended, own),
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
            { title: 'sent twice', unit: 'records' },
            { title: 'by theory' },
            { title: 'as predicted' },
          ],
          rows: [...ended, ...own].map((trial) => {
            const theory = THEORY[trial.name.replace(/-(direct|aggregator|redis)$/, '')] ?? THEORY[trial.name];
            const expected = theory?.loses(trial.topology);
            return [
              trial.topology,
              theory?.what ?? trial.name,
              trial.accepted,
              trial.missing,
              trial.sentTwice,
              expected === undefined ? '' : `${expected ? 'loses' : 'keeps all'}: ${theory!.because(trial.topology)}`,
              expected === undefined
                ? ''
                : trial.outcome === 'error'
                  ? `not found out: ${trial.reasons[0]}`
                  : expected === trial.missing > 0
                    ? 'yes'
                    : 'no',
            ];
          }),
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

/** The pod goes while the domain is away: what it holds goes with it, what it has handed on does not. */
function podEnded({ goals }: LoadContext, topology: TopologyName): TrialSpec {
  return {
    name: `pod-ends-${topology}`,
    topology,
    load: steady(Math.min(500, goals.linesPerSecond), 6, goals.bytesPerLine),
    warmUpMs: 0,
    faults: [during('2s', '16s', edge.answers({ status: 503 })), deletePod('5s')],
    drainWithinMs: 60_000,
  };
}

/** Failures that only a collector and a queue have, with records in them. */
function ownFailures({ goals, topologies }: LoadContext): TrialSpec[] {
  const load = steady(Math.min(500, goals.linesPerSecond), 15, goals.bytesPerLine);
  const held = [
    signalPart('collector', 'SIGSTOP', '2s'),
    restartRedis('SIGKILL', '6s'),
    signalPart('collector', 'SIGCONT', '9s'),
  ];
  const common = { load, warmUpMs: 0, drainWithinMs: 60_000 };
  const specs: TrialSpec[] = [];
  for (const topology of topologies)
    if (topology !== 'direct')
      specs.push({
        ...common,
        name: `collector-killed-${topology}`,
        topology,
        faults: [during('2s', '10s', edge.answers({ status: 503 })), killCollector('6s')],
      });
  if (topologies.includes('redis')) {
    specs.push({ ...common, name: 'redis-killed', topology: 'redis', faults: held });
    specs.push({
      ...common,
      name: 'redis-killed-without-aof',
      topology: 'redis',
      changes: { redis: { appendonly: 'no' } },
      faults: held,
    });
    const full = [signalPart('collector', 'SIGSTOP', '2s'), signalPart('collector', 'SIGCONT', '12s')];
    // Room for a second or two of lines.
    specs.push({
      ...common,
      name: 'redis-full',
      topology: 'redis',
      changes: { redis: { maxmemory: '2mb' } },
      faults: full,
    });
    specs.push({
      ...common,
      name: 'redis-full-evicting',
      topology: 'redis',
      changes: { redis: { maxmemory: '2mb', 'maxmemory-policy': 'allkeys-lru' } },
      faults: full,
    });
  }
  return specs;
}

/** What load.md and pipeline.md lead one to expect. */
const THEORY: Record<
  string,
  { what: string; loses(topology: TopologyName): boolean; because(topology: TopologyName): string }
> = {
  'pod-ends': {
    what: 'the pod is deleted, with its grace, while the domain is away',
    loses: (topology) => topology === 'direct',
    because: (topology) =>
      topology === 'direct' ? 'the buffer lies on the pod’s own volume' : 'lines were handed on before the pod ended',
  },
  'collector-killed': {
    what: 'the collector is killed while the domain is away',
    loses: () => false,
    because: () => 'it acknowledges what is in its file buffer only; what it did not acknowledge is sent again',
  },
  'redis-killed': {
    what: 'Redis is killed with lines in its stream, append-only file on',
    loses: () => false,
    because: () => '`appendfsync always`: on the disk before the answer',
  },
  'redis-killed-without-aof': {
    what: 'Redis is killed with lines in its stream, append-only file off',
    loses: () => true,
    because: () => 'what it held was in memory only, and acknowledged',
  },
  'redis-full': {
    what: 'Redis is full, noeviction',
    loses: () => false,
    because: () => 'it refuses, and the lines wait in the sidecar’s buffer',
  },
  'redis-full-evicting': {
    what: 'Redis is full, allkeys-lru',
    loses: () => true,
    because: () => 'it deletes the stream, unread',
  },
};

function sentence(timed: readonly Measured[], ended: readonly Measured[], own: readonly Measured[]): string {
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
  const inEnds = lost([...ended, ...own]);
  return `Through an outage of 6 s ${inOutage.length === 0 ? 'none of them lost a record' : `lost: ${inOutage.join(', ')}`}; recovered after it: ${recovered.join(', ')}${timed.length < 3 * names.length ? ' (fewer than 3 each: no difference is claimed)' : ''}. When a part ends, lost: ${inEnds.length === 0 ? 'nothing' : inEnds.join(', ')}.`;
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
