import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeLoad, fakeTrial } from '../report/fake-load.ts';
import { CALIBRATED, type CalibratedName } from './calibrated-figures.ts';
import { type CalibratedLoad, calibrationOf } from './calibration.ts';
import { loadOf } from './calibration-refusals.ts';
import type { LoadResults, Trial } from './load-results.ts';
import { UsageError } from './trouble.ts';

const GAVE_OUT: Trial['gaveOut'] = { stage: 'fluentd CPU', evidence: ['fluentd used 1.00 of 1 core'] };
const wobbly = [0.97, 1, 1.03];

/** Every figure in one profile: a rate that is borne, one that is not, an outage; times and rates are multiplied by `by`. */
function trials(by: Partial<Record<CalibratedName, number>> = {}, repetitions = wobbly): Trial[] {
  const k = (name: CalibratedName, wobble: number) => (by[name] ?? 1) * wobble;
  return repetitions.flatMap((w, i) => [
    fakeTrial(`steady-direct#${i + 1}`, {
      offered: 4000,
      achieved: 4000,
      toAccepted: {
        p50: 600 * k('p50 written → accepted', w),
        p90: 1100,
        p99: 1400 * k('p99 written → accepted', w),
        max: 1700,
      },
      toSearchable: {
        p50: 1200 * k('p50 written → searchable', w),
        p90: 2000,
        p99: 2400 * k('p99 written → searchable', w),
        max: 2700,
      },
      drainMs: 2300 * k('drained after the load', w),
      metrics: {
        'fluentd.cpu': summary(0.3 / k('lines a CPU-second of fluentd', w)),
        'collector.cpu': summary(0.2 / k('lines a CPU-second of the collector', w)),
        'engine.cpu': summary(0.5 / k('lines a CPU-second of the domain', w)),
        'fluentd.memory': summary(118e6 * k('fluentd memory, highest', w)),
        'fluentd.throttled': summary(0.02 * k('fluentd throttled', w)),
      },
    }),
    fakeTrial(`over-direct#${i + 1}`, {
      offered: 16_000,
      gaveOut: GAVE_OUT,
      metrics: { 'searchable.lines': summary(9000 * k('rate under overload', w)) },
    }),
    fakeTrial(`outage-direct#${i + 1}`, {
      offered: 2000,
      recoveryMs: 21_000 * k('drained after an outage', w),
      faults: [{ label: 'the domain is down', fromMs: 1, toMs: 2 }],
    }),
  ]);
}
const summary = (mean: number) => ({ mean, p99: mean, max: mean });
const here = (over: Partial<LoadResults> = {}): CalibratedLoad =>
  fakeLoad({ arguments: ['--profile', 'steady', '--repeat', '3'], trials: trials(), ...over });
const onAws = (over: Partial<LoadResults> = {}): CalibratedLoad => ({
  ...here({ arguments: ['--profile', 'steady', '--target', 'aws'], target: 'aws', run: 'aws1' }),
  ...over,
});
const PLANTED: Partial<Record<CalibratedName, number>> = {
  'rate under overload': 1.6,
  'lines a CPU-second of fluentd': 0.7,
  'lines a CPU-second of the collector': 0.8,
  'lines a CPU-second of the domain': 1.9,
  'p50 written → accepted': 1.1,
  'p99 written → accepted': 1.2,
  'p50 written → searchable': 1.3,
  'p99 written → searchable': 1.4,
  'drained after the load': 1.5,
  'drained after an outage': 2.5,
  'fluentd memory, highest': 1.05,
  'fluentd throttled': 3,
};
const factorsOf = (local: CalibratedLoad, aws: CalibratedLoad) =>
  Object.fromEntries(calibrationOf(local, aws).factors.map(({ figure, factor }) => [figure, factor]));

describe('factors', () => {
  test('are those that were planted, each of its figure', () => {
    const factors = factorsOf(here(), onAws({ trials: trials(PLANTED) }));
    expect(Object.keys(factors).sort()).toEqual(Object.keys(PLANTED).sort());
    for (const [figure, planted] of Object.entries(PLANTED)) expect(factors[figure], figure).toBeCloseTo(planted, 9);
  });

  test('of the questionnaire: the highest rate, and what a bulk takes the domain', () => {
    const domain = { perBulkMs: 4, perLineMs: 0.02, servers: 2, indexPerLogByte: 0.5 };
    const findings = { bytesPerLine: 200, highest: { linesPerSecond: 8000, gaveOut: null }, domain };
    const asked = { arguments: ['--for', '5m'] };
    const local = here({ ...asked, findings, trials: [fakeTrial('rate-direct-8000')] });
    const aws = onAws({
      ...asked,
      trials: [fakeTrial('rate-direct-6000')],
      findings: {
        bytesPerLine: 200,
        highest: { linesPerSecond: 6000, gaveOut: null },
        domain: { ...domain, perBulkMs: 2, perLineMs: 0.01, servers: 4 },
      },
    });
    expect(calibrationOf(local, aws)).toMatchObject({
      load: 'the questionnaire',
      factors: [
        {
          figure: 'highest rate',
          topology: 'direct',
          factor: 0.75,
          band: { unknown: 'measured once here and once on AWS: known from 3 each on (--repeat 3)' },
        },
        { figure: 'service time of a bulk', factor: 0.5, from: [{ local: { mean: 24 }, aws: { mean: 12 } }] },
      ],
    });
  });

  test('have a band from three repetitions on, and say with fewer why they have none', () => {
    const band = (local: number[], aws: number[]) =>
      calibrationOf(here({ trials: trials({}, local) }), onAws({ trials: trials({}, aws) })).factors[0]?.band;
    expect(band(wobbly, wobbly)).toEqual({ low: expect.closeTo(0.934, 3), high: expect.closeTo(1.07, 2) });
    expect(band([1, 1], wobbly)).toEqual({ unknown: expect.stringMatching(/^measured twice here and 3 times on AWS/) });
  });

  test('of several trials are pooled, and each is kept', () => {
    const pair = (a: number, b: number) => [
      fakeTrial('steady-direct-1-pods', { drainMs: a }),
      fakeTrial('steady-direct-8-pods', { drainMs: b, pods: 8 }),
    ];
    const { factors } = calibrationOf(here({ trials: pair(100, 100) }), onAws({ trials: pair(100, 400) }));
    expect(factors.find(({ figure }) => figure === 'drained after the load')).toMatchObject({
      factor: expect.closeTo(2, 12),
      from: [
        { trial: 'steady-direct-1-pods', factor: 1 },
        { trial: 'steady-direct-8-pods', factor: 4 },
      ],
    });
  });

  test('are not made of what only one side measured, nor of 0 where 0 is a reading: both are named', () => {
    const only = (over: Partial<Trial>) => [fakeTrial('steady-direct', { metrics: {}, toAccepted: null, ...over })];
    const gone = { toAccepted: { p50: 1, p90: 2, p99: 3, max: 4 } };
    const { factors, without } = calibrationOf(
      here({ trials: only({ drainMs: 0, ...gone }) }),
      onAws({ trials: only({}) }),
    );
    expect(factors.map(({ figure }) => figure)).toEqual(['p50 written → searchable', 'p99 written → searchable']);
    expect(without).toEqual([
      'p50 written → accepted, direct, steady-direct: not measured on AWS',
      'p99 written → accepted, direct, steady-direct: not measured on AWS',
      'drained after the load, direct, steady-direct: is 0 here, and no ratio can be made of that',
    ]);
  });

  test('are not made of where the writer was the limit, nor of a rate that was borne', () => {
    const over = (stage: 'writer' | 'fluentd', searchable: number) => [
      fakeTrial('steady-direct', {
        offered: 1000,
        gaveOut: { stage, evidence: [] },
        metrics: { 'searchable.lines': summary(searchable) },
      }),
    ];
    const figures = (trials: Trial[]) => calibrationOf(here({ trials }), onAws({ trials })).factors;
    expect(figures(over('fluentd', 700))).toMatchObject([{ figure: 'rate under overload', factor: 1 }]);
    expect(() => figures(over('fluentd', 990))).toThrow('share no figure');
    expect(() => figures(over('writer', 700))).toThrow('share no figure');
  });

  test('leave out trials that tell nothing, and name them', () => {
    const aws = trials(PLANTED).map(
      (trial): Trial => (trial.name.endsWith('#2') ? { ...trial, outcome: 'error' } : trial),
    );
    const { factors, remarks } = calibrationOf(here(), onAws({ trials: aws }));
    expect(factors[0]).toMatchObject({
      from: [{ local: { n: 3 }, aws: { n: 2 } }],
      band: { unknown: expect.anything() },
    });
    expect(remarks).toContain('passed over, on AWS: steady-direct#2 (error)');
  });

  test('say what else differs: engine, images, and how long was measured; not that AWS is another machine', () => {
    const aws = trials().map((trial) => ({ ...trial, measuredMs: 60_000 }));
    const engine = { name: 'opensearch', version: '2.17.0' };
    expect(calibrationOf(here(), onAws({ trials: aws, engine })).remarks).toEqual([
      'engine: opensearch 2.19.5 → opensearch 2.17.0',
      ...aws.map(({ name }) => `${name}: measured for 120 s here and 60 s on AWS`),
    ]);
  });

  test('of a run and itself times k are k, of every figure that is a time, a rate or a size', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.array(fc.double({ min: 0.5, max: 1.6, noNaN: true }), { minLength: 1, maxLength: 6 }),
        (k, repetitions) => {
          const all = Object.fromEntries(
            (Object.keys(CALIBRATED) as CalibratedName[]).map((name) => [
              name,
              name === 'rate under overload' ? Math.min(k, 1) : k,
            ]),
          );
          const local = here({ trials: trials({}, repetitions) });
          const { factors } = calibrationOf(local, onAws({ trials: trials(all, repetitions) }));
          expect(factors.length).toBeGreaterThanOrEqual(11);
          for (const { figure, factor, band } of factors) {
            expect(factor / all[figure]!, figure).toBeCloseTo(1, 9);
            expect('low' in band, figure).toBe(repetitions.length >= 3);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('refused', () => {
  const changed = (over: Partial<Trial>) => ({ trials: trials().map((trial) => ({ ...trial, ...over })) });
  test.each<[string, Partial<LoadResults>, Partial<LoadResults>, RegExp]>([
    ['the same run twice', {}, { run: 'l7k2' }, /^both are the run l7k2: expected LOCAL AWS/],
    ['a first that is of AWS', { target: 'aws' }, {}, /the first run, l7k2, is of the target aws/],
    ['a second that is not', {}, { target: 'k3s' }, /the second run, aws1, is of the target k3s/],
    ['a rehearsal', {}, { rehearsal: ['nothing is billed'] }, /the run aws1 is a rehearsal.*says nothing of AWS/],
    ['a partial run here', { partial: true }, {}, /the run l7k2 was interrupted and is partial/],
    ['a partial run on AWS', {}, { partial: true }, /the run aws1 was interrupted and is partial/],
    ['another pipeline', {}, { pipeline: 'mine' }, /different pipelines: here delivered.*; on AWS mine/],
    [
      'another profile',
      {},
      { arguments: ['--profile=ramp'] },
      /different loads: here --profile steady; on AWS --profile ramp/,
    ],
    [
      'another setting',
      {},
      { arguments: ['--set', 'fluentd.cpu=1', '--profile', 'steady'] },
      /on AWS --profile steady --set fluentd\.cpu=1/,
    ],
    ['other goals', {}, { goals: { p99: '2s', outage: '15m' } }, /different goals: here p99 10s.*on AWS p99 2s/],
    ['another topology', {}, changed({ topology: 'redis' }), /different topologies: here direct; on AWS redis/],
    ['another length of line', {}, { findings: { bytesPerLine: 400 } }, /different bytes a line: here 200; on AWS 400/],
    ['other trials', {}, { trials: trials().slice(0, 2) }, /different trials: here outage-direct, over-direct/],
    [
      'another rate',
      {},
      changed({ offered: 5 }),
      /different loads in steady-direct: .*4000 lines\/s.* on AWS .* 5 lines/,
    ],
    ['other lines in a trial', {}, changed({ bytesPerLine: 9 }), /200 B; on AWS .* 9 B/],
    ['other pods', {}, changed({ pods: 7 }), /1 pods.*; on AWS direct, 7 pods/],
    ['a setting in a trial', {}, changed({ changes: { 'fluentd.cpu': '1' } }), /on AWS .*fluentd\.cpu=1/],
    ['a fault that was not there', {}, changed({ faults: [] }), /different loads in outage-direct/],
    [
      'a cost of 0',
      {},
      { trials: trials().map((one) => ({ ...one, metrics: { 'fluentd.cpu': summary(0) } })) },
      /lines a CPU-second of fluentd is 0 on AWS in steady-direct: nothing was measured there/,
    ],
    ['a rate of 0', changed({ achieved: 0 }), {}, /lines a CPU-second of fluentd is 0 here/],
  ])('%s', (_, local, aws, message) => {
    const attempt = () => calibrationOf(here(local), onAws(aws));
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
  });

  test('runs that share no figure, with what was looked for', () => {
    const bare = { metrics: {}, toAccepted: null, toSearchable: null, drainMs: null };
    const attempt = () =>
      calibrationOf(
        here({ trials: [fakeTrial('steady-direct', { ...bare, drainMs: 0 })] }),
        onAws({ trials: [fakeTrial('steady-direct', { ...bare, drainMs: 5 })] }),
      );
    expect(attempt).toThrow(
      'the two runs share no figure:\n  drained after the load, direct, steady-direct: is 0 here, and no ratio can be made of that',
    );
  });
});

test('the load of a command line: what is run, not where, how often or what for', () => {
  expect(loadOf(['--set', 'b=1', 'a=2', '--repeat', '3', '--profile', 'steady', '--set=c=3', '--json'])).toBe(
    '--profile steady --set a=2 --set b=1 --set c=3',
  );
  expect(loadOf(['--for', '5m', '--target', 'aws', '--yes'])).toBe('the questionnaire');
});
