import { describe, expect, test } from 'vitest';
import type { LoadResults } from '../core/load-results.ts';
import { fakeLoad, fakeTrial } from '../report/fake-load.ts';
import { exitCodeOf, loadOutcome, loadSummary, thresholdVerdict } from './load-outcome.ts';

const threshold = (kept: boolean) => ({ expression: 'p99 < 5s', measured: 6000, kept });
const answer = (question: number, measured = true) => ({
  question,
  title: 'q',
  sentence: 's',
  measured,
  tables: [],
  charts: [],
});
const run = (over: Partial<LoadResults>) =>
  fakeLoad({ answers: [], trials: [fakeTrial('t', { thresholds: [] })], ...over });

describe('what a load run comes to', () => {
  test.each<[string, Partial<LoadResults>, string]>([
    ['a profile that kept its thresholds', { trials: [fakeTrial('t', { thresholds: [threshold(true)] })] }, 'pass'],
    ['one that broke one', { trials: [fakeTrial('t', { thresholds: [threshold(false)] })] }, 'fail'],
    ['one that lost records', { trials: [fakeTrial('t', { outcome: 'fail', thresholds: [] })] }, 'fail'],
    ['one that could not be judged', { trials: [fakeTrial('t', { outcome: 'error', thresholds: [] })] }, 'error'],
    ['nothing that ran', { trials: [] }, 'error'],
    [
      'questions that were answered, whatever their trials broke',
      {
        answers: [answer(1), answer(3)],
        verdict: { ...fakeLoad().verdict, queue: 'needed' },
        trials: [fakeTrial('t', { outcome: 'fail' })],
      },
      'pass',
    ],
    [
      'no verdict although all was asked for it',
      { answers: [answer(1), answer(3)], verdict: { ...fakeLoad().verdict, queue: 'not found out' } },
      'error',
    ],
    [
      'no verdict where less was asked',
      { answers: [answer(7)], verdict: { ...fakeLoad().verdict, queue: 'not found out' } },
      'pass',
    ],
    [
      'records lost in good health',
      { answers: [answer(1)], findings: { bytesPerLine: 200, lostInQuiet: { missing: 1, accepted: 9 } } },
      'fail',
    ],
    ['a failure of the harness', { answers: [answer(1), { ...answer(2, false), failed: true }] }, 'error'],
    ['no question answered', { answers: [answer(7, false)] }, 'error'],
  ])('%s', (_, over, outcome) => expect(loadOutcome(run(over))).toBe(outcome));
});

test.each<[string, Partial<LoadResults>, number]>([
  ['all kept', { outcome: 'pass' }, 0],
  ['a broken threshold', { outcome: 'fail' }, 1],
  ['nothing that could be judged', { outcome: 'error' }, 3],
  [
    'an application that was late',
    { outcome: 'error', trials: [fakeTrial('t', { gaveOut: { stage: 'writer', evidence: [] } })] },
    4,
  ],
  ['an interrupt, whatever was kept by then', { outcome: 'pass', partial: true }, 130],
  ['a limit of money or time, whatever was kept by then', { outcome: 'pass', partial: true, endedBy: 'the limit' }, 3],
])('exit code of %s', (_, over, code) => expect(exitCodeOf(run(over))).toBe(code));

test('a profile tells of its thresholds, and of the first stage that gave out', () => {
  const trials = [
    fakeTrial('a', { thresholds: [threshold(true)] }),
    fakeTrial('b', { thresholds: [threshold(false)], gaveOut: { stage: 'edge', evidence: ['held back', 'also'] } }),
  ];
  expect(thresholdVerdict(trials)).toMatchObject({
    queue: 'not found out',
    sentence:
      '1 of 2 thresholds were kept; edge gave out first. Whether a queue is needed was not asked: npm run load asks it.',
    because: ['b: edge gave out first: held back; also'],
  });
});

test('the last words of a rehearsal say that it was one', () => {
  expect(loadSummary(fakeLoad({ rehearsal: ['nothing is billed'] }), '/x')).toContain('a rehearsal: these are figures');
  expect(loadSummary(fakeLoad(), '/x')).not.toContain('rehearsal');
});

test('the last words name answers, what is left out, the verdict and the report', () => {
  const results = fakeLoad({ leftOut: ['question 6: four threads'] });
  const words = loadSummary(results, '/results/x');
  for (const part of [
    ...results.answers.map(({ sentence }) => sentence),
    'question 6: four threads',
    results.verdict.sentence,
    '/results/x/report.html',
  ])
    expect(words).toContain(part);
});
