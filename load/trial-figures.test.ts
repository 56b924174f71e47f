import { describe, expect, test } from 'vitest';
import type { Sample } from '../harness/core/sample.ts';
import type { ScenarioResult } from '../harness/runner/results.ts';
import { EDGE_LIMIT, figures, type TrialEnd } from './trial-figures.ts';

const START = 1_000_000;
const sample = (second: number, values: Sample['values']): Sample => ({ trial: 't', atMs: second * 1000, values });

function ended(over: Partial<ScenarioResult> = {}, more: Partial<TrialEnd> = {}): TrialEnd {
  const result = {
    outcome: 'pass',
    reasons: [],
    reconciliation: { accepted: 10_000, missing: 0, duplicated: 0, unexpected: 0, corrupted: 0 },
    latencyMs: { p50: 1, p90: 2, p99: 3, max: 4 },
    drain: { end: 'all found', afterMs: 700, saw: '' },
    blocked: [],
    sentTwice: 5,
    watched: { loadFrom: START, loadTo: START + 10_000, drainedAt: START + 12_000, toSearchable: null, faults: [] },
    ...over,
  } as unknown as ScenarioResult;
  const samples = Array.from({ length: 12 }, (_, second) =>
    sample(second, { 'fluentd.cpu': second < 2 ? 9 : 0.3, 'offered.lines': 1000, 'lag.lines': 1500 }),
  );
  const spec = { name: 't', load: { linesPerSecond: 1000, for: '10s' } } as const;
  return { spec, warmUpMs: 2000, changes: {}, result, samples, cpuLimit: 0.5, collectorLimit: undefined, ...more };
}
const watchedWith = (faults: { label: string; from: number; to: number | undefined }[]) =>
  ({ watched: { ...ended().result.watched!, faults } }) as Partial<ScenarioResult>;

describe('a trial in figures', () => {
  test('rates over the load, metrics without the warm-up', () => {
    expect(figures(ended())).toMatchObject({
      offered: 1000,
      achieved: 1000,
      measuredMs: 8000,
      bytesPerLine: 200,
      drainMs: 700,
      sentTwice: 5,
      metrics: { 'fluentd.cpu': { mean: 0.3, max: 0.3 } },
      gaveOut: null,
    });
  });

  test('what was sent twice is not known where nobody saw it', () => {
    const { sentTwice: _, ...result } = ended().result;
    expect(figures({ ...ended(), result }).sentTwice).toBeNull();
  });

  test('stages are offered as their mean, sizes as theirs', () => {
    const stages = [
      { for: '10s', linesPerSecond: 100 },
      { for: '30s', linesPerSecond: 500 },
    ] as const;
    const sizes = [
      { bytes: '100B', share: 0.5 },
      { bytes: '1KiB', share: 0.5 },
    ] as const;
    const spec = { name: 't', pods: 2, load: { linesPerSecond: 500, stages, sizes } };
    expect(figures(ended({}, { spec }))).toMatchObject({ offered: 800, bytesPerLine: 562 });
  });

  test('records that never came have no end of the drain', () => {
    const reconciliation = { ...ended().result.reconciliation!, missing: 3 };
    expect(figures(ended({ reconciliation, outcome: 'fail' }))).toMatchObject({ missing: 3, drainMs: null });
  });

  test('changes are told as --set takes them', () => {
    const changes = {
      parameters: { flush_thread_count: '4', id_key: '' },
      redis: { appendonly: 'no' },
      cpu: '250m',
      edgeBytesPerSecond: 2_097_152,
    };
    expect(figures(ended({}, { changes })).changes).toEqual({
      'fluentd.flush_thread_count': '4',
      'fluentd.id_key': '',
      'redis.appendonly': 'no',
      'fluentd.cpu': '250m',
      'edge.bytesPerSecond': '2097152',
    });
  });

  test('the limit of a changed CPU is what it is judged by', () => {
    const behind = ended().samples.map(({ values, ...rest }) => ({
      ...rest,
      values: { ...values, 'lag.lines': 4001 },
    }));
    const changes = { cpu: '300m' };
    expect(figures(ended({}, { changes, samples: behind })).gaveOut).toMatchObject({ stage: 'fluentd CPU' });
    expect(figures(ended({}, { samples: behind })).gaveOut).toBeNull();
    expect(figures(ended({}, { changes })).gaveOut).toBeNull();
  });

  test('few lines that wait at the end, and come too slowly, were too many for a stage', () => {
    const full = ended().samples.map(({ values, ...rest }) => ({ ...rest, values: { ...values, 'edge.limited': 1 } }));
    const slowly = { drain: { end: 'all found', afterMs: 4001, saw: '' } } as const;
    expect(figures(ended(slowly, { samples: full })).gaveOut).toMatchObject({ stage: 'edge' });
    expect(figures(ended({}, { samples: full })).gaveOut).toBeNull();
  });

  test('a generator that was late is the stage that gave out', () => {
    const late = { outcome: 'error', generatorLimited: true, reasons: ['generator-limited: 5 %'] } as const;
    expect(figures(ended(late as never)).gaveOut).toEqual({ stage: 'writer', evidence: ['generator-limited: 5 %'] });
  });
});

describe('recovery after a fault', () => {
  const away = [{ label: 'the domain answers with status 503', from: START + 3000, to: START + 6000 }];
  const lags = (values: number[]) =>
    values.map((lag, second) => sample(second, { 'offered.lines': 100, 'lag.lines': lag }));

  test('until no more waits than before it', () => {
    const samples = lags([50, 150, 150, 300, 400, 500, 600, 400, 180, 60]);
    expect(figures(ended(watchedWith(away), { samples }))).toMatchObject({
      recoveryMs: 2000,
      faults: [{ label: away[0]!.label, fromMs: 3000, toMs: 6000 }],
    });
  });

  test('until all has drained, where the load ended before', () => {
    const samples = lags([50, 150, 150, 300, 400, 500, 600]);
    expect(figures(ended(watchedWith(away), { samples })).recoveryMs).toBe(6000);
  });

  test('none without a fault, and never where records stayed away', () => {
    expect(figures(ended()).recoveryMs).toBeNull();
    const reconciliation = { ...ended().result.reconciliation!, missing: 3 };
    const lost = ended({ ...watchedWith(away), reconciliation }, { samples: lags([50, 50, 50, 900, 900, 900, 900]) });
    expect(figures(lost).recoveryMs).toBeNull();
  });

  test('the edge’s own limit is no fault', () => {
    expect(figures(ended(watchedWith([{ label: EDGE_LIMIT, from: START, to: undefined }]))).faults).toEqual([]);
  });
});
