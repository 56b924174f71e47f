import { expect, test } from 'vitest';
import { eventLines } from './artifacts.ts';
import { clusterAt } from './fake-api-server.ts';
import { Pods } from './pods.ts';

test('a right is asked for as a SelfSubjectAccessReview', async () => {
  const asked: unknown[] = [];
  await using there = await clusterAt((line, body) => {
    asked.push(line, JSON.parse(body).spec);
    return { status: 201, body: { spec: {}, status: { allowed: body.includes('"pods"') } } };
  });
  expect(await there.cluster.may({ verb: 'create', resource: 'pods', subresource: 'exec', namespace: 'x' })).toBe(true);
  expect(await there.cluster.may({ verb: 'delete', resource: 'namespaces' })).toBe(false);
  const resourceAttributes = { verb: 'create', resource: 'pods', subresource: 'exec', namespace: 'x' };
  expect(asked[0]).toBe('POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews');
  expect(asked[1]).toEqual({ resourceAttributes });
});

test("a Secret's keys are told by how their values look, never by the values", async () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  await using there = await clusterAt((line) => {
    if (line.endsWith('/absent')) return { status: 404, body: { message: 'not found' } };
    const data = { key: base64('AKIA'), secret: base64('abc\n'), account: '', blank: base64(' \n') };
    return { body: { kind: 'Secret', data: line.endsWith('/bare') ? undefined : data } };
  });
  const looks = { key: 'filled', secret: 'padded', account: 'empty', blank: 'empty' };
  expect(await there.cluster.secretKeys('kubetest', 'account')).toEqual(looks);
  expect(await there.cluster.secretKeys('kubetest', 'bare')).toEqual({});
  expect(await there.cluster.secretKeys('kubetest', 'absent')).toBeUndefined();
});

const event = (name: string, times: object, kind = 'Pod') => ({
  metadata: { creationTimestamp: '2026-03-01T00:00:00Z' },
  ...{ involvedObject: { kind, name }, type: 'Warning', reason: 'FailedScheduling', message: 'no', ...times },
});

test('warnings are asked for alone, and dated by whatever date their API gave them', async () => {
  const asked: string[] = [];
  const items = [
    event('a', { lastTimestamp: '2026-03-01T00:00:02Z' }),
    event('b', { lastTimestamp: null, eventTime: '2026-03-01T00:00:01.000000Z' }),
    event('c', {}),
  ];
  await using there = await clusterAt((line) => {
    asked.push(line);
    return { body: { kind: 'EventList', items } };
  });
  const warning = (object: string, seconds: number) => ({
    ...{ object, reason: 'FailedScheduling', message: 'no', at: Date.parse('2026-03-01T00:00:00Z') + seconds * 1000 },
  });
  expect(await there.cluster.warnings('x')).toEqual([warning('Pod/a', 2), warning('Pod/b', 1), warning('Pod/c', 0)]);
  expect(asked).toEqual(['GET /api/v1/namespaces/x/events?fieldSelector=type%3DWarning']);
});

test('the events that are kept are those of pods that never ran, too, and of no pod of another run', async () => {
  await using there = await clusterAt((line) => ({
    body: line.includes('/events')
      ? { items: [event('waits', {}), event('another', {}), event('app-7c', {}, 'ReplicaSet')] }
      : { items: [{ metadata: { name: 'waits' }, status: { phase: 'Pending' } }] },
  }));
  const ears = { line: () => {}, end: () => {} };
  const pods = new Pods(there.cluster, 'x', 'run=r', ears, AbortSignal.timeout(10_000));
  pods.start();
  const look = async () =>
    pods.now.length > 0 ? { met: true as const, value: undefined } : { met: false as const, saw: 'none' };
  await pods.until({ name: 'the pod', look }, 5000, 5);
  await pods.stop();
  expect(await eventLines(pods, new Set(pods.names))).toEqual([
    expect.stringContaining('Pod/waits FailedScheduling: no'),
    expect.stringContaining('ReplicaSet/app-7c FailedScheduling: no'),
  ]);
});
