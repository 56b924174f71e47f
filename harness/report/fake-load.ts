import type { Answer, LoadResults, TopologyName, Trial } from '../core/load-results.ts';
import type { Sample } from '../core/sample.ts';
import { FAKE_ANSWERS } from './fake-answers.ts';

/** A trial of a load that never ran, for tests of reports. */
export function fakeTrial(name: string, over: Partial<Trial> = {}): Trial {
  const offered = over.offered ?? 4000;
  return {
    name,
    topology: 'direct',
    changes: {},
    pods: 1,
    bytesPerLine: 200,
    offered,
    achieved: offered * 0.998,
    measuredMs: 120_000,
    outcome: 'pass',
    reasons: [],
    accepted: offered * 120,
    missing: 0,
    duplicated: 0,
    unexpected: 0,
    corrupted: 0,
    sentTwice: 0,
    toAccepted: { p50: 640, p90: 1180, p99: 1420, max: 1690 },
    toSearchable: { p50: 1190, p90: 1960, p99: 2380, max: 2710 },
    drainMs: 2300,
    recoveryMs: null,
    blockedMs: 0,
    metrics: {
      'fluentd.cpu': { mean: offered / 14_500, p99: offered / 13_000, max: offered / 12_500 },
      'fluentd.memory': { mean: 118e6, p99: 131e6, max: 133e6 },
      'engine.writeQueue': { mean: 0.4, p99: 6, max: 11 },
    },
    gaveOut: null,
    thresholds: [{ expression: 'missing == 0', measured: 0, kept: true }],
    faults: [],
    ...over,
  };
}

const OUTAGE = { label: 'the domain is down (503)', fromMs: 60_000, toMs: 180_000 };

/** The results of a load that never ran: nine questions, three topologies, an outage, a broken threshold, names that a page must escape. */
export function fakeLoad(over: Partial<LoadResults> = {}): LoadResults {
  const topologies: TopologyName[] = ['direct', 'aggregator', 'redis'];
  return {
    kind: 'load',
    schemaVersion: 1,
    run: 'l7k2',
    target: 'k3s',
    pipeline: 'delivered <b>&"quoted"</b>',
    engine: { name: 'opensearch', version: '2.19.5' },
    kubernetes: 'v1.34.3',
    images: {
      fluentd: 'efk-sidecar/fluentd@sha256:9f8b1c3d5e7f9a1b3c5d7e9f1a3b5c7d9e1f3a5b7c9d1e3f5a7b9c1d3e5f7a9b',
      opensearch: 'opensearchproject/opensearch:2.19.5',
      redis: 'redis:8.2.3-alpine',
    },
    findings: { bytesPerLine: 200 },
    machine: { cpus: 2, memoryBytes: 8 * 2 ** 30, cpuModel: 'AMD EPYC 7B13', kernel: 'Linux 6.12.41' },
    arguments: [
      'ramp',
      'outage',
      '--topology',
      'direct,aggregator,redis',
      '--goal',
      'p99 < 10s',
      '--set',
      'fluentd.flush_thread_count=2',
    ],
    commit: '0123456789abcdef0123',
    changed: false,
    startedAt: '2026-11-25T10:04:00.000Z',
    durationMs: 2_710_000,
    outcome: 'fail',
    partial: false,
    goals: { p99: '10s', outage: '15m' },
    trials: [
      ...[2000, 4000, 8000].map((offered) => fakeTrial(`rate-direct-${offered}`, { offered })),
      fakeTrial('rate-direct-16000', {
        offered: 16_000,
        achieved: 15_960,
        outcome: 'fail',
        reasons: ['p99 written → searchable 41.2s, goal 10s'],
        toSearchable: { p50: 19_400, p90: 36_100, p99: 41_200, max: 42_300 },
        drainMs: 44_100,
        gaveOut: {
          stage: 'fluentd CPU',
          evidence: ['fluentd used 1.00 of 1 core', 'throttled in 91 % of periods', 'unread bytes grew by 0.9 MiB/s'],
        },
        thresholds: [
          { expression: 'missing == 0', measured: 0, kept: true },
          { expression: 'p99 < 10s', measured: 41_200, unit: 'ms', kept: false },
        ],
      }),
      ...topologies.map((topology, i) =>
        fakeTrial(`outage-${topology}`, {
          topology,
          offered: 2000,
          pods: 2,
          faults: [OUTAGE],
          duplicated: [0, 212, 0][i] as number,
          sentTwice: [0, 212, 3480][i] as number,
          recoveryMs: [21_000, 34_000, 29_000][i] as number,
          toSearchable: { p50: 1300, p90: 98_000, p99: 119_000, max: 121_000 },
        }),
      ),
      fakeTrial('fix-direct-8000-<script>alert(1)</script>', {
        offered: 8000,
        changes: { 'fluentd.flush_thread_count': '8' },
      }),
    ],
    answers: FAKE_ANSWERS as Answer[],
    verdict: {
      queue: 'not needed',
      sentence:
        'Not needed up to 8,900 lines/s (1.7 MiB/s) a pod and 40 pods: the first limit is fluentd’s single reader, not the domain.',
      because: [
        'direct lost 0 of 1,068,000 lines at 8,900 lines/s; p99 written → searchable 2.4s (goal 10s)',
        'direct survives an outage of 24m at 2,000 lines/s with a buffer of 512 MiB (goal 15m)',
        'aggregator and redis gave out at the same rate: the sidecar’s own CPU comes before both',
      ],
      flips: [
        'an outage goal above 24m at 2,000 lines/s, or above 6m at 8,000 lines/s',
        'rejections of the write pool below 8,900 lines/s; none were seen',
      ],
      extrapolated: ['40 pods: simulated from the service rates of 1 to 8 pods'],
    },
    leftOut: ['soak: not asked for', 'fan-in above 8 pods: this machine has 2 CPUs'],
    ...over,
  };
}

/** Samples of a trial, once a second: a load with an outage in the middle where the trial has a fault. No chance in it. */
export function fakeSamples(trial: Trial, seconds = 240): Sample[] {
  const [fault] = trial.faults;
  const down = (t: number) => fault !== undefined && t >= fault.fromMs / 1000 && t < fault.toMs / 1000;
  let lag = 0;
  return Array.from({ length: seconds }, (_, i) => {
    const wobble = 1 + 0.04 * Math.sin(i * 1.7) + 0.03 * Math.sin(i * 0.31);
    const written = trial.offered * (1 + 0.01 * Math.sin(i));
    const able = trial.gaveOut ? trial.offered * 0.62 : trial.offered * 2.4;
    const accepted = down(i) ? 0 : Math.min(able * wobble, written + lag);
    lag = Math.max(0, lag + written - accepted);
    const queued = trial.topology === 'redis' ? 0.1 : 1;
    return {
      trial: trial.name,
      atMs: i * 1000,
      values: {
        'offered.lines': trial.offered,
        'written.lines': written,
        'accepted.lines': accepted,
        ...(i > 0 && { 'searchable.lines': accepted * (1 + 0.05 * Math.sin(i * 0.9)) }),
        'lag.lines': lag,
        'behind.lines': 0,
        'fluentd.buffer': lag * trial.bytesPerLine * queued,
        'fluentd.unread': trial.gaveOut ? lag * 150 : 0,
        'fluentd.cpu': Math.min(1, (accepted / 14_500) * wobble + 0.03),
        'application.cpu': 0.05 * wobble,
        'engine.cpu': (accepted / 24_000) * wobble + 0.05,
        'fluentd.throttled': trial.gaveOut ? 0.9 * wobble : 0.01,
        'fluentd.bufferShare': Math.min(1, (lag * trial.bytesPerLine * queued) / (512 * 2 ** 20)),
        'engine.writeQueue': down(i) ? 0 : Math.max(0, Math.round(4 * Math.sin(i * 0.7) + accepted / 2000)),
        'edge.requests': down(i) ? 2 : accepted / 1900,
        'edge.refused': down(i) ? 2 : 0,
        'fluentd.retries':
          fault && i > fault.fromMs / 1000 ? Math.min(12, Math.floor((i - fault.fromMs / 1000) / 9)) : 0,
        'host.steal': 0,
        ...(trial.topology === 'redis' && { 'redis.entries': lag * 0.9, 'redis.memory': 9e6 + lag * 260 }),
      },
    };
  });
}
