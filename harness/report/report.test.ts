import { describe, expect, test } from 'vitest';
import type { MissingRange, Reconciliation } from '../core/reconciliation.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Outcome } from '../core/verdict.ts';
import { compareCode, type Results, type ScenarioResult } from '../runner/results.ts';
import type { Environment } from './environment.ts';
import { markdownReport } from './markdown.ts';
import { htmlPage } from './page.ts';
import { promisesMarkdown } from './promises.ts';

const lost: MissingRange[] = [
  {
    stream: 'pod.m.1',
    from: 0,
    to: 300,
    place: 'head',
    stage: 'written-not-read',
    because: 'fluentd passed over them',
  },
  { stream: 'pod.m.1', from: 300, to: 500, place: 'head', stage: 'read-not-sent', because: 'they wait | in <b1>' },
];
const counts = (missingRanges: MissingRange[], duplicated = 0): Reconciliation => {
  const missing = missingRanges.reduce((sum, { from, to }) => sum + to - from, 0);
  return {
    accepted: 1000,
    delivered: 1000 - missing,
    missing,
    duplicated,
    unexpected: 0,
    corrupted: 0,
    inDoubt: 0,
    missingRanges,
    duplicatedRanges: [],
    corruptedRanges: [],
    unexpectedSamples: [],
    lossBound95: missing === 0 ? 0.003 : null,
  };
};
const result = (name: string, outcome: Outcome, over: Partial<ScenarioResult> = {}): ScenarioResult => ({
  name,
  run: 'r1',
  outcome,
  reasons: [],
  durationMs: 20_000,
  reconciliation: counts([]),
  deadLetters: 0,
  readBack: { documents: 1, tookMs: 1 },
  blocked: [],
  latencyMs: { p50: 900, p90: 1200, p99: 1500, max: 1600 },
  drain: { end: 'all found', afterMs: 1200, saw: '1000 documents' },
  traces: [],
  fluentdLog: [],
  besides: [],
  ...over,
});
const results = (pipeline: string, scenarios: ScenarioResult[], over: Partial<Results> = {}): Results => ({
  schemaVersion: 1,
  run: 'suite1',
  target: 'k3s',
  pipeline,
  topology: 'direct',
  engine: { name: 'opensearch', version: '2.19.5' },
  kubernetes: 'v1.34.3',
  images: { emitter: 'emitter:1' },
  startedAt: '2026-11-25T10:00:00.000Z',
  durationMs: 60_000,
  outcome: 'pass',
  partial: false,
  firstVerifiedMs: 20_000,
  scenarios,
  ...over,
});
const environment = (engine: string): Environment => ({
  target: 'k3s',
  pipeline: 'x',
  engine: { name: engine, version: '1' },
  kubernetes: 'v1.34.3',
  fluentd: ['1.20.1 on Ruby 3.3.14'],
  images: {},
  node: 'v24.21.0',
  os: 'Linux 6',
  cpu: 'cpu',
  cpus: 2,
  memoryBytes: 8 * 2 ** 30,
  commit: '0123456789abcdef',
  changed: true,
});
const scenario = (name: string, rows = [1]): Scenario => ({
  name,
  title: `keeps ${name}`,
  why: '',
  rows,
  setting: '`path *.log*` | more',
  asWritten: 'kept',
  load: { linesPerSecond: 1, lines: 1 },
});

describe('the table of promises', () => {
  const scenarios = [scenario('one'), scenario('two'), scenario('three'), scenario('liar', [0])];
  const before = {
    results: results('as-written', [
      result('one', 'fail', { reconciliation: counts(lost, 7) }),
      result('two', 'error', { reconciliation: null, reasons: ['the *engine* died\nits last words'] }),
      result('three', 'pass'),
      result('liar', 'pass'),
    ]),
    environment: environment('elasticsearch'),
  };
  const after = {
    results: results(
      'delivered',
      ['one', 'two', 'three', 'liar'].map((name) => result(name, 'pass')),
    ),
    environment: environment('opensearch'),
  };
  const table = promisesMarkdown(scenarios, before, after);

  test('has one row a promise: both outcomes, what was missing and twice, where, and the setting', () => {
    const rows = table.split('\n').filter((line) => line.startsWith('| keeps'));
    expect(rows).toEqual([
      '| keeps one<br>`one` | broken | kept | 500 of 1,000 → 0 | 7 → 0 | as-written: 300 written-not-read, 200 read-not-sent | `path *.log*` \\| more |',
      '| keeps two<br>`two` | not found out | kept | ? → 0 | ? → 0 |  | `path *.log*` \\| more |',
      '| keeps three<br>`three` | kept | kept | 0 → 0 | 0 → 0 |  | `path *.log*` \\| more |',
    ]);
  });
  test('counts promises only, and says what was not found out and what it came from', () => {
    expect(table).toContain('**as-written keeps 1 of 3**, and of 1 it was not found out; **delivered keeps 3 of 3**.');
    expect(table).toContain('- `two`, as-written, not found out: the \\*engine\\* died\n');
    expect(table).toContain('The harness itself: `liar` as-written: pass, delivered: pass.');
    expect(table).toContain(
      '**as-written**: 2026-11-25 10:00 UTC, 60.0s; fluentd 1.20.1 on Ruby 3.3.14; elasticsearch 1; k3s, Kubernetes v1.34.3; 2 CPUs, 8.0 GiB; commit 0123456789ab with changes; run suite1',
    );
  });
  test('a scenario that neither could be asked is named below, and not counted', () => {
    const skip = result('far', 'skip', { reconciliation: null, reasons: ['it has no queue'] });
    const withIt = (side: typeof before) => ({
      ...side,
      results: { ...side.results, scenarios: [...side.results.scenarios, skip] },
    });
    const wider = promisesMarkdown([...scenarios, scenario('far')], withIt(before), withIt(after));
    expect(wider).toContain('**delivered keeps 3 of 3**.');
    expect(wider).not.toContain('| keeps far');
    expect(wider).toContain('Asked of neither:\n\n- `far`: it has no queue\n');
  });
  test('a scenario without a result is not kept', () => {
    const half = { ...after, results: results('delivered', [result('one', 'pass')]) };
    expect(promisesMarkdown(scenarios, before, half)).toContain('| keeps three<br>`three` | kept | not run | 0 → ? |');
  });
  test('the exit code is the second pipeline’s, unless the first could not be put to the test', () => {
    const broken = results('b', [result('one', 'fail')]);
    expect(compareCode(broken, after.results)).toBe(0);
    expect(compareCode(after.results, broken)).toBe(1);
    expect(compareCode(before.results, after.results)).toBe(3);
    expect(compareCode(results('a', [], { brokenOff: 'no cluster' }), after.results)).toBe(3);
  });
});

describe('the report of a run', () => {
  const run = results('delivered', [
    result('one', 'fail', {
      reconciliation: counts(lost),
      reasons: ['missing: 500 of 1,000'],
      traces: [{ fault: 'SIGKILL', trace: 'fluentd ended with <137>' }],
      fluentdLog: ['[warn] `x` <y>'],
    }),
    result('two', 'pass', { besides: ['one', 'three'] }),
  ]);
  const report = markdownReport(run, environment('opensearch'));

  test('lists every missing range with its stage and what tells so', () => {
    expect(report).toContain(
      '- where they were lost: 300 written-not-read (fluentd passed over them); 200 read-not-sent (they wait \\| in &lt;b1&gt;)',
    );
    expect(report).toContain('| pod.m.1: 300–499 | head | read-not-sent | 200 | they wait \\| in &lt;b1&gt; |');
  });
  test('tells of traces, drain, latency and what ran beside', () => {
    expect(report).toContain('- fault: SIGKILL: fluentd ended with &lt;137&gt;');
    expect(report).toContain('- drained until: all found after 1.2s; last seen: 1000 documents');
    expect(report).toContain('- latency: p50 900ms, p90 1.2s, p99 1.5s, longest 1.6s');
    expect(report).toContain('- ran beside one, three; run r1');
    expect(report).toContain(
      'fluentd 1.20.1 on Ruby 3.3.14, 2 CPUs and 8.0 GiB, Linux 6, Node v24.21.0, commit 0123456789ab with changes.',
    );
  });
  test('is a page whose cells carry the names of their columns, and shows messages as they are', async () => {
    const page = await htmlPage(report, 'a < b');
    expect(page).toContain('<title>a &lt; b</title>');
    expect(page).toContain('<td class="fail" data-label="outcome">fail</td>');
    expect(page).toContain('<td class="number" data-label="missing">500</td>');
    expect(page).toContain('<td class="" data-label="because">they wait | in &lt;b1&gt;</td>');
    expect(page).toContain('<details><summary>two: pass</summary><ul>');
    expect(page).toContain('[warn] `x` &lt;y&gt;');
  });
});
