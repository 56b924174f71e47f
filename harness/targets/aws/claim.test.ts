import type { V1Namespace } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { EnvironmentError, UsageError } from '../../core/trouble.ts';
import { type Owner, type OwnerState, ownerOfThis } from '../../tools/owner.ts';
import { RUN_LABEL } from '../kube/run-label.ts';
import { annotationsOf, claimNamespaces, holderOf, removeOurs } from './claim.ts';
import { fakeCluster } from './fake-cluster.ts';
import { removeNamespaces } from './namespaces.ts';

const AT = Date.parse('2026-11-28T12:00:00Z');
const MINUTE = 60_000;
const marked = (owner: Owner): V1Namespace => ({
  metadata: { name: 'n', labels: { [RUN_LABEL]: 'r' }, annotations: annotationsOf({ run: 'r', owner, until: AT }) },
});
const is = (state: OwnerState) => async () => state;

describe('a namespace', () => {
  test('without the label is somebody’s', async () => {
    expect(await holderOf({ metadata: { name: 'n' } })).toEqual({ is: 'not ours' });
  });
  test('of a process that runs here is in use, also past its limit; of one that has ended it is left over', async () => {
    expect(await holderOf(marked(await ownerOfThis()), AT + 99 * MINUTE)).toEqual({ is: 'in use', until: AT });
    expect(await holderOf(marked('h/1/2/3'), AT - MINUTE, is('dead'))).toEqual({ is: 'left over' });
  });
  test('of a run elsewhere is in use until some time after its limit', async () => {
    expect(await holderOf(marked('h/1/2/3'), AT + 14 * MINUTE, is('elsewhere'))).toMatchObject({ is: 'in use' });
    expect(await holderOf(marked('h/1/2/3'), AT + 16 * MINUTE, is('elsewhere'))).toEqual({ is: 'left over' });
  });
  test('with the label alone is left over', async () => {
    const bare = { metadata: { name: 'n', labels: { [RUN_LABEL]: 'r' } } };
    expect(await holderOf(bare)).toEqual({ is: 'left over' });
  });
});

describe('the namespaces of a run', () => {
  const { signal } = new AbortController();
  const NAMES = ['efk-harness', 'efk-harness-2'];
  const claim = async (run = 'r1') => ({ run, owner: await ownerOfThis(), until: AT });
  const left = (owner?: Owner) => ({
    labels: { [RUN_LABEL]: 'r0' },
    annotations: owner === undefined ? {} : annotationsOf({ run: 'r0', owner, until: 0 }),
  });
  const dead = async () => (await ownerOfThis()).split('/').with(2, '4194305').join('/');

  test('are made with the marks of the run, and what an earlier one left of them goes first', async () => {
    await using there = await fakeCluster();
    there.add('efk-harness-2', left(await dead()));
    there.add('kube-system');
    const remarks: string[] = [];
    await claimNamespaces(there.cluster, NAMES, await claim(), (line) => remarks.push(line), signal);
    expect([...there.state.namespaces.keys()]).toEqual(['kube-system', ...NAMES]);
    expect(there.state.namespaces.get('efk-harness-2')!.metadata).toMatchObject({
      labels: { [RUN_LABEL]: 'r1' },
      annotations: annotationsOf(await claim()),
    });
    expect(remarks).toEqual(['removed the namespace efk-harness-2, which an earlier run had left']);
  });

  test.each([
    ['somebody’s', {}, UsageError, /efk-harness-2 is there and not the harness's.*name another one/],
    ['a run’s that is up', undefined, EnvironmentError, /efk-harness-2 is in use .*wait for its end.*down .*--force/],
  ])('are refused where one is %s; nothing is made or removed then', async (_whose, marks, kind, message) => {
    await using there = await fakeCluster();
    there.add('efk-harness', left(await dead()));
    there.add('efk-harness-2', marks ?? left(await ownerOfThis()));
    const refused = await claimNamespaces(there.cluster, NAMES, await claim(), () => {}, signal).catch((e) => e);
    expect(refused).toBeInstanceOf(kind);
    expect(refused.message).toMatch(message);
    expect(there.state.asked.filter((asked) => !asked.startsWith('GET'))).toEqual([]);
  });

  test('go to one of two runs that start at the same moment; the other says so, and touches nothing', async () => {
    await using there = await fakeCluster();
    const other = await dead();
    there.state.answer = (asked) => {
      if (asked !== 'POST /api/v1/namespaces' || there.state.namespaces.has('efk-harness-2')) return undefined;
      there.add('efk-harness-2', left(other));
      return undefined;
    };
    const mine = await claim();
    const names = NAMES.toReversed();
    const refused = await claimNamespaces(there.cluster, names, mine, () => {}, signal).catch((e) => e);
    expect(refused).toBeInstanceOf(EnvironmentError);
    expect(refused.message).toMatch(/another run has made the namespace efk-harness-2 at the same moment: wait/);
    await removeOurs(there.cluster, NAMES, mine.owner);
    expect(there.state.namespaces.get('efk-harness-2')!.metadata!.annotations).toEqual(left(other).annotations);
  });

  test('that may not be made are told with what the API server says', async () => {
    await using there = await fakeCluster();
    there.state.answer = (asked) =>
      asked.startsWith('POST') ? { status: 403, body: { message: 'namespaces is forbidden' } } : undefined;
    await expect(claimNamespaces(there.cluster, NAMES, await claim(), () => {}, signal)).rejects.toThrow(
      'the namespace efk-harness cannot be made: 403: namespaces is forbidden; look again with npm run doctor -- --target aws',
    );
  });

  test('that are there twice are removed by what they are, not by what they are called', async () => {
    await using there = await fakeCluster();
    const seen = there.add('efk-harness', left(await dead()));
    there.add('efk-harness', left(await ownerOfThis()));
    await removeNamespaces(there.cluster, [seen]);
    expect([...there.state.namespaces.keys()]).toEqual(['efk-harness']);
  });

  test('that stay keep no other, and all are told', async () => {
    await using there = await fakeCluster();
    const owner = await ownerOfThis();
    for (const name of ['a', 'b', 'c', 'd']) there.add(name, left(owner));
    there.add('e');
    there.add('f', left('host/1/2/3'));
    there.state.answer = (asked) => {
      if (asked === 'DELETE /api/v1/namespaces/a') return { status: 403, body: { message: 'not a' } };
      return asked === 'GET /api/v1/namespaces/c' ? { status: 500, body: { message: 'not c' } } : undefined;
    };
    const failed = await removeOurs(there.cluster, ['a', 'b', 'c', 'd', 'e', 'f', 'absent'], owner).catch((e) => e);
    expect(failed).toBeInstanceOf(EnvironmentError);
    expect(failed.message.split('\n')).toEqual([
      expect.stringMatching(
        /namespace a is not removed, and .*costing: 403: not a; try npm run down -- --target aws, /,
      ),
      expect.stringMatching(/namespace c cannot be looked at: 500: not c/),
    ]);
    expect([...there.state.namespaces.keys()]).toEqual(['a', 'c', 'e', 'f']);
  });
});
