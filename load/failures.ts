import { during } from '../harness/core/fault.ts';
import type { TopologyName } from '../harness/core/load-results.ts';
import { deletePod } from '../harness/faults/delete-pod.ts';
import { edge } from '../harness/faults/edge-answers.ts';
import { killCollector } from '../harness/faults/kill-collector.ts';
import { killEdge } from '../harness/faults/kill-edge.ts';
import { restartRedis } from '../harness/faults/restart-redis.ts';
import { signalPart } from '../harness/faults/signal-part.ts';
import type { LoadContext, Measured, TrialSpec } from './context.ts';
import { steady } from './words.ts';

/** What the names of trials begin with in which the application's pod ends. */
export const POD_ENDS = 'pod-ends-';

/** A trial for each part that can end, in each topology that has it; the longest first, as they run side by side. */
export function failuresOf(context: LoadContext): TrialSpec[] {
  const { topologies } = context;
  return [
    ...topologies.map((topology) => podEnded(context, topology)),
    ...ownFailures(context),
    ...topologies.map((topology) => edgeKilled(context, topology)),
  ];
}

/** What is expected of a trial; undefined for one that theory says nothing of. */
export function theoryOf({ name }: Pick<Measured, 'name'>): Theory | undefined {
  return THEORY[name.replace(/-(direct|aggregator|redis)$/, '')] ?? THEORY[name];
}

/** The expectation in words; '' where there is none. */
export function predicted(trial: Pick<Measured, 'name' | 'topology'>): string {
  const theory = theoryOf(trial);
  if (!theory) return '';
  const keeps = theory.loses(trial.topology) ? 'loses' : 'keeps all';
  return `${keeps}${theory.sendsAgain ? ', sends some twice' : ''}, no document twice: ${theory.because(trial.topology)}`;
}

/** Whether it came so: `yes`, `no`, or why that was not found out; '' where nothing was expected. */
export function asPredicted(trial: Measured): string {
  const theory = theoryOf(trial);
  if (!theory) return '';
  if (trial.outcome === 'error') return `not found out: ${trial.reasons[0]}`;
  const lost = theory.loses(trial.topology) === trial.missing > 0;
  const again = !theory.sendsAgain || (trial.sentTwice ?? 0) > 0;
  return lost && again && trial.duplicated === 0 ? 'yes' : 'no';
}

/** The pod goes while the domain is away: what it holds goes with it, what it has handed on does not. */
function podEnded({ goals }: LoadContext, topology: TopologyName): TrialSpec {
  return {
    name: POD_ENDS + topology,
    topology,
    load: steady(Math.min(500, goals.linesPerSecond), 6, goals.bytesPerLine),
    warmUpMs: 0,
    faults: [during('2s', '16s', edge.answers({ status: 503 })), deletePod('5s')],
    drainWithinMs: 60_000,
  };
}

/** The front door of the domain dies under load, with an answer still to be given. */
function edgeKilled({ goals }: LoadContext, topology: TopologyName): TrialSpec {
  return {
    name: `edge-killed-${topology}`,
    topology,
    // Long enough for three, one after another: edges of several lanes are never away at the same time.
    load: steady(Math.min(500, goals.linesPerSecond), 15, goals.bytesPerLine),
    warmUpMs: 0,
    faults: [killEdge('3s', '2s')],
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

interface Theory {
  what: string;
  loses(topology: TopologyName): boolean;
  because(topology: TopologyName): string;
  /** Records reach the domain again that it has taken; otherwise they may. */
  sendsAgain?: boolean;
}

/** What load.md and pipeline.md lead one to expect. No document is there twice in any of them: the ids see to that. */
const THEORY: Record<string, Theory> = {
  'pod-ends': {
    what: 'the pod is deleted, with its grace, while the domain is away',
    loses: (topology) => topology === 'direct',
    because: (topology) =>
      topology === 'direct' ? 'the buffer lies on the pod’s own volume' : 'lines were handed on before the pod ended',
  },
  'edge-killed': {
    what: 'the domain’s front door is killed with an answer still to be given, away for 2 s or more',
    loses: () => false,
    because: () => 'what has no answer stays in the buffer and is sent again, and the ids take the copies away',
    sendsAgain: true,
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
