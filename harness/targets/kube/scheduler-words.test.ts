import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { describePod, hopelessIn } from './pod-state.ts';
import { SchedulerWords, type Warning } from './scheduler-words.ts';

const pending: V1Pod = { metadata: { name: 'p' }, spec: { containers: [] }, status: { phase: 'Pending' } };
const HOST = 'Pod not supported on Fargate: fields not supported: HostNetwork';
const said = (message: string, at = 1000, reason = 'FailedScheduling', object = 'Pod/p'): Warning => ({
  ...{ object, reason, message, at },
});

/** Words at 10 s after the start, by a clock of their own. */
async function told(warnings: readonly Warning[], ...pods: V1Pod[]) {
  let now = 1000;
  let asked = 0;
  const ask = async () => {
    asked++;
    return warnings;
  };
  const words = new SchedulerWords(ask, () => now);
  expect(await words.into(pods)).toEqual(pods);
  now = 11_000;
  const first = await words.into(pods);
  expect(await words.into(pods)).toEqual(first);
  return { pods: first, noPod: words.noPod, asked };
}

test('what Fargate’s scheduler says in an event is what the pod waits for, and ends the wait where it is final', async () => {
  const warnings = [
    said('Fargate capacity is unavailable at this time.', 2000),
    said(HOST, 3000),
    said('of another', 9000, 'FailedScheduling', 'Pod/q'),
    said('Disabled logging because aws-logging configmap was not found.', 9000, 'LoggingDisabled'),
  ];
  const { pods, asked } = await told(warnings, pending);
  expect(describePod(pods[0]!)).toBe(`p: Pending; ${HOST}`);
  expect(hopelessIn(pods, ['fluentd'], false)?.why).toBe(`is not taken by Fargate: ${HOST}`);
  expect(asked).toBe(1);
});

test('why no pod is made is told, but not of a run before', async () => {
  const refused = (at: number) => said('admission webhook denied the request', at, 'FailedCreate', 'ReplicaSet/app-7c');
  expect((await told([refused(3000)])).noPod).toBe('admission webhook denied the request');
  expect((await told([refused(999)])).noPod).toBeUndefined();
});

test.each<[string, V1Pod]>([
  ['has a node', { ...pending, spec: { containers: [], nodeName: 'fargate-ip-10-0-1-2' } }],
  ['runs', { ...pending, status: { phase: 'Running' } }],
  [
    'says it itself',
    { ...pending, status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: 'x' }] } },
  ],
])('nobody asks for a pod that %s', async (_, pod) => {
  expect(await told([said(HOST)], pod)).toMatchObject({ pods: [pod], asked: 0 });
});

test('events that cannot be had take nothing away', async () => {
  let now = 0;
  const words = new SchedulerWords(
    () => Promise.reject(new Error('403')),
    () => now,
  );
  now = 10_000;
  expect(await words.into([pending])).toEqual([pending]);
});
