import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../core/trouble.ts';
import { fakeLoad, fakeSamples, fakeTrial } from './fake-load.ts';
import { writeLoadArtifacts } from './load-artifacts.ts';
import { loadJunit } from './load-junit.ts';
import { loadMarkdown } from './load-markdown.ts';
import { loadPage } from './load-page.ts';
import { readSamples } from './load-samples.ts';
import { commandOf } from './load-tables.ts';
import { timelineOf } from './load-timeline.ts';

const results = fakeLoad();
const samples = new Map(results.trials.slice(0, 5).map((trial) => [trial.name, fakeSamples(trial)]));

describe('the page', () => {
  const page = loadPage(results, samples);
  const at = (text: string) => {
    expect(page).toContain(text);
    return page.indexOf(text);
  };

  test('goes from the verdict to what it rests on', () => {
    const places = [
      '<section class="verdict good"><h1>Not needed up to 8,900 lines/s',
      'It would flip if',
      'Beyond what was measured',
      'The nine questions',
      '<section id="question-1">',
      '<section id="question-9">',
      '<h2 id="trials">',
      'What was left out',
      'Where and with what',
      'How to repeat it',
    ].map(at);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
  test('shows what users wrote as it is', () => {
    expect(page).not.toContain('<script>alert(1)');
    at('<b>fix-direct-8000-&lt;script&gt;alert(1)&lt;/script&gt;</b>');
    at('delivered &lt;b&gt;&amp;&quot;quoted&quot;&lt;/b&gt;');
    expect(page.match(/<script>/g)).toHaveLength(1);
  });
  test('loads nothing', () => {
    expect(page).not.toMatch(/<link|<img|\ssrc=|@import|url\((?!#)/);
  });
  test('tells of each trial: rates in both units, what gave out and why, thresholds, changes, faults', () => {
    at('16,000 lines/s (3.05 MiB/s)');
    at('<td class="number">16,000</td><td class="number">3.05</td>');
    at('gave out first: fluentd CPU: fluentd used 1.00 of 1 core; throttled in 91 % of periods');
    at('<td class="">p99 &lt; 10s</td><td class="">41.2s</td><td class="fail">fail</td>');
    at('Changed: <code>fluentd.flush_thread_count=8</code>');
    at('fault: the domain is down (503), 1m to 3m');
  });
  test('tells what was not measured, and which trials have no samples', () => {
    at('<p class="found unmeasured">not measured because');
    at('No samples of this trial.');
  });
  test('says that a load was interrupted', () => {
    expect(loadPage(fakeLoad({ partial: true }), new Map())).toContain('interrupted: what is here is whole');
  });
});

describe('a rehearsal', () => {
  const rehearsed = fakeLoad({
    target: 'aws',
    place: 'account 123456789012, cluster logging',
    rehearsal: ['nothing is billed', 'the cluster is a <local> one'],
  });

  test('says so before all figures, and what it does not show', () => {
    const page = loadPage(rehearsed, new Map());
    const places = ['in a rehearsal of AWS', 'What it does not show', 'nothing is billed', '<h1>'].map((part) =>
      page.indexOf(part),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const markdown = loadMarkdown(rehearsed);
    expect(markdown).toMatch(/^Load of .* in a rehearsal of AWS on opensearch/m);
    expect(markdown).toContain('On account 123456789012, cluster logging.');
    expect(markdown).toContain(
      '**A rehearsal. What it does not show:**\n\n- nothing is billed\n- the cluster is a &lt;local&gt; one\n',
    );
    expect(markdown.indexOf('A rehearsal.')).toBeLessThan(markdown.indexOf('**Because**'));
  });

  test('is not spoken of in any other run', () => {
    for (const report of [loadPage(results, samples), loadMarkdown(results)]) expect(report).not.toMatch(/rehears/i);
  });
});

test('a load that a limit ended says which', () => {
  const limit = 'the time limit of 2m 0s ended the run: raise budget.minutes';
  for (const report of [loadMarkdown, (of: typeof results) => loadPage(of, new Map())])
    expect(report(fakeLoad({ partial: true, endedBy: limit }))).toContain(`${limit}: what is here is whole`);
});

test('what no edge saw is said not to be known', () => {
  const unseen = fakeLoad({ trials: [fakeTrial('t', { sentTwice: null, outcome: 'fail' })] });
  expect(loadMarkdown(unseen)).toContain('0 duplicated, no edge to see what was sent more than once');
});

describe('a timeline', () => {
  const trial = results.trials.find(({ name }) => name === 'outage-direct')!;
  const { charts, quiet, everyMs } = timelineOf(trial, fakeSamples(trial, 240));

  test('shows metrics of one unit together, with faults as bands', () => {
    const [lines] = charts;
    expect(lines?.series.map(({ name }) => name)).toEqual(['written', 'accepted', 'searchable', 'offered']);
    for (const { bands } of charts)
      expect(bands).toEqual([{ label: 'the domain is down (503)', from: 60_000, to: 180_000 }]);
    expect(charts.map(({ title }) => title)).toContain('The domain’s write pool: requests that wait');
  });
  test('names what stayed at 0 instead of drawing it, and nothing that was not read', () => {
    expect(quiet).toEqual(['behind.lines', 'fluentd.unread', 'host.steal']);
    expect(JSON.stringify(charts)).not.toContain('redis');
  });
  test('shows a longer load as means, none of which is made of no reading', () => {
    expect(everyMs).toBe(2000);
    const [first] = charts[0]?.series[2]?.points ?? [];
    const at1s = fakeSamples(trial)[1]?.values['searchable.lines'];
    expect(first).toEqual({ x: 0, y: at1s });
    expect(timelineOf(trial, fakeSamples(trial, 60)).everyMs).toBe(1000);
  });
  test('of a trial without samples is empty', () => {
    expect(timelineOf(trial, [])).toMatchObject({ charts: [], quiet: [] });
  });
  test('does not mind the order of its samples, nor readings before the start', () => {
    const early = { trial: trial.name, atMs: -3000, values: { 'host.cpu': 0.2, 'fluentd.cpu': 0.4 } };
    const shuffled = [...fakeSamples(trial, 60).toReversed(), early];
    const cpu = timelineOf(trial, shuffled).charts.find(({ title }) => title === 'CPU');
    const xs = cpu?.series[0]?.points.map(({ x }) => Number(x)) ?? [];
    expect(xs[0]).toBe(-3000);
    expect(xs).toEqual(xs.toSorted((a, b) => a - b));
  });
});

describe('Markdown', () => {
  const markdown = loadMarkdown(results);

  test('begins with the verdict, then has the nine answers and a row for every trial', () => {
    expect(markdown.split('\n')[0]).toMatch(/^# Not needed up to 8,900 lines\/s/);
    for (const { sentence } of results.answers.slice(0, 8)) expect(markdown).toContain(`| ${sentence} |`);
    for (const { name } of results.trials.slice(0, 7)) expect(markdown).toMatch(new RegExp(`^\\| ${name} \\|`, 'm'));
    expect(markdown).toContain('| fix-direct-8000-&lt;script&gt;alert(1)&lt;/script&gt; | pass |');
  });
  test('tells in full what went wrong, and only that', () => {
    expect(markdown).toContain('### rate-direct-16000: fail at 16,000 lines/s (3.05 MiB/s)');
    expect(markdown).toContain('- p99 written → searchable 41.2s, goal 10s');
    expect(markdown.match(/^### /gm)).toHaveLength(1);
  });
  test('folds the tables of the answers', () => {
    expect(markdown).toContain(
      '<summary>1. Highest rate: Highest rate found</summary>\n\n| topology | rate (lines/s) | p99 | gave out |\n| --- | ---: | ---: | --- |\n| direct | 8,900 (1.7 MiB/s) | 3.0s | fluentd CPU |',
    );
  });
});

test('JUnit: a broken threshold fails, an unmeasured one is an error, a question without an answer is skipped', () => {
  const junit = loadJunit({
    ...results,
    trials: [
      ...results.trials,
      fakeTrial('blind', { thresholds: [{ expression: 'p99 < 1s', measured: null, kept: false }] }),
    ],
  });
  expect(junit).toContain('name="rate-direct-16000: p99 &lt; 10s"');
  expect(junit).toContain('<failure message="measured 41.2s">');
  expect(junit).toMatch(/blind: p99 &lt; 1s"[^>]*><error message="not measured"/);
  expect(junit).toMatch(/name="9. Capacity"[^>]*><skipped message="not measured because/);
  expect(junit.match(/<failure/g)).toHaveLength(2);
});

test('the command can be pasted: words of its own are quoted', () => {
  expect(commandOf(fakeLoad({ arguments: ['ramp', '--goal', "it's < 10s"] }))).toBe(
    "npm run load -- ramp --goal 'it'\\''s < 10s'",
  );
});

describe('the result folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'load-report-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gets every report, with the samples that stand in it', () => {
    const run = join(folder, 'run');
    writeLoadArtifacts(run, results);
    const [trial] = results.trials;
    const page = () => readFileSync(join(folder, 'latest', 'report.html'), 'utf8');
    expect(page()).not.toContain('Over time, read once a second.');
    writeFileSync(
      join(run, 'samples.jsonl'),
      `${fakeSamples(trial!, 5)
        .map((one) => JSON.stringify(one))
        .join('\n')}\n`,
    );
    writeLoadArtifacts(run, results);
    expect(readdirSync(run).sort()).toEqual(['junit.xml', 'report.html', 'report.md', 'results.json', 'samples.jsonl']);
    expect(page()).toContain('Over time, read once a second.');
    expect(JSON.parse(readFileSync(join(run, 'results.json'), 'utf8'))).toEqual(results);
  });
  test('a last sample that was cut short is passed over; one in the middle is complained about', () => {
    const file = join(folder, 'samples.jsonl');
    const good = '{"trial":"a","atMs":0,"values":{"lag.lines":1}}';
    writeFileSync(file, `${good}\n{"trial":"a","at`);
    expect(readSamples(file)).toEqual(new Map([['a', [JSON.parse(good)]]]));
    writeFileSync(file, `${good}\n{"trial":"a","at\n${good}\n`);
    expect(() => readSamples(file)).toThrow(UsageError);
    expect(() => readSamples(file)).toThrow(/samples\.jsonl, line 2, got "\{"trial":"a","at"/);
    writeFileSync(file, `null\n`);
    expect(() => readSamples(file)).toThrow(UsageError);
    expect(readSamples(join(folder, 'none.jsonl'))).toEqual(new Map());
  });
});
