import { expect, test } from 'vitest';
import {
  admittedByFargate,
  asideAndTheRestDelivered,
  asideAreExactly,
  noneLaterThan,
  says,
  sentOnce,
} from './checks.ts';
import type { Facts } from './facts.ts';
import { objectOf, plainPod } from './fargate-lint/plain-pod.ts';

const facts = (change: object) => change as Facts;
const arrival = (from: number, to: number, status: number) => ({ stream: 's', from, to, at: 0, status });

test('late records are named with how late the latest was', () => {
  const latency = (max: number) => facts({ latencyMs: { p50: 1, p90: 1, p99: 1, max } });
  expect(noneLaterThan('2s')(latency(2000))).toEqual([]);
  expect(noneLaterThan('2s')(latency(2600))).toEqual([expect.stringMatching(/within 2s, .*2\.6s after it was due/)]);
  expect(noneLaterThan('2s')(facts({ latencyMs: null }))).toEqual([expect.stringContaining('none was taken')]);
});

test('a record that was refused first is sent once; one that was taken before is sent again', () => {
  expect(sentOnce(facts({ arrivals: [arrival(0, 5, 429), arrival(0, 5, 201)] }))).toEqual([]);
  for (const status of [201, 409])
    expect(sentOnce(facts({ arrivals: [arrival(0, 5, 201), arrival(3, 6, status)] }))).toEqual([
      expect.stringMatching(/sent again: 2 records .*s: 3–4/),
    ]);
});

test('dead letters and gaps must both be just the poison', () => {
  const check = asideAreExactly(3, 5);
  const of = (aside: [number, number], gap: [number, number]) => {
    const range = ([from, to]: [number, number]) => [{ stream: 's', from, to, place: 'middle' }];
    const reconciliation = { missingRanges: range(gap) };
    return check(facts({ book: { streams: new Map([['s', {}]]) }, deadLetters: range(aside), reconciliation }));
  };
  expect(of([3, 5], [3, 5])).toEqual([]);
  expect(of([3, 4], [3, 5])).toEqual(['dead letters: expected s: 3–4; found s: 3']);
  expect(of([3, 5], [3, 6])).toEqual(['not in the domain: expected s: 3–4; found s: 3–5']);
});

test('what is missing is aside, whichever records those are, and the rest is there', () => {
  const range = (from: number, to: number) => [{ stream: 's', from, to, place: 'head' }];
  const of = (aside: object[], gap: object[], delivered: number) =>
    asideAndTheRestDelivered(facts({ deadLetters: aside, reconciliation: { missingRanges: gap, delivered } }));
  expect(of(range(0, 9), range(0, 9), 1)).toEqual([]);
  expect(of(range(0, 9), range(0, 9), 0)).toEqual([expect.stringContaining('the rest')]);
  expect(of([], range(0, 9), 1)).toEqual(['dead letters: expected what is missing, s: 0–8; found none']);
});

test('words that fluentd must say', () => {
  expect(says(/403/)(facts({ fluentdLog: ['[403] no', 'x'] }))).toEqual([]);
  expect(says(/403/)(facts({ fluentdLog: ['x'] }))).toEqual([expect.stringContaining('its last: x')]);
});

test('what Fargate would refuse of what was applied is named, and nothing applied is no pass', () => {
  const applied = (change: object) =>
    facts({ manifests: [objectOf('Deployment', 'app', { ...plainPod(), ...change })] });
  expect(admittedByFargate(applied({}))).toEqual([]);
  expect(admittedByFargate(applied({ hostNetwork: true }))).toEqual([
    expect.stringMatching(/^not admitted: Deployment app: spec\.template\.spec\.hostNetwork is true/),
  ]);
  expect(admittedByFargate(facts({ manifests: [] }))).toEqual([expect.stringContaining('nothing is known')]);
});
