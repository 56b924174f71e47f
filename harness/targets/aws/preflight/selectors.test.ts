import fc from 'fast-check';
import { expect, test } from 'vitest';
import { misfits, nearest, selects } from './selectors.ts';

const POD = { namespace: 'efk-harness-2', labels: { app: 'testdeployment', tier: 'web' } };

test.each([
  ['the namespace itself', 'efk-harness-2', {}, true],
  ['a pattern of it', 'efk-*', {}, true],
  ['another', 'efk-harness', {}, false],
  ['a label that the pod has', 'efk-*', { app: 'testdeployment' }, true],
  ['patterns in key and value', 'efk-*', { 't*': 'w?b' }, true],
  ['a label that it has not', 'efk-*', { team: 'shop' }, false],
  ['one of two labels', 'efk-*', { app: 'testdeployment', tier: 'db' }, false],
])('%s', (_, namespace, labels: Record<string, string>, expected) => {
  expect(selects({ namespace, labels }, POD)).toBe(expected);
  expect(misfits({ namespace, labels }, POD).length === 0).toBe(expected);
});

test('what does not fit is named, and the nearest has the least of it', () => {
  const label = { namespace: 'efk-*', labels: { team: 'shop', app: 'x' } };
  const other = { namespace: 'kube-system', labels: {} };
  expect(misfits(label, POD)).toEqual([
    'it wants the label team=shop, which the pod has not',
    'it wants the label app=x, and the pod has testdeployment',
  ]);
  expect(nearest([other, label], POD)).toBe(label);
  expect(nearest([], POD)).toBeUndefined();
});

test('a selector takes a pod just when nothing of it misfits, and labels only ever narrow', () => {
  const name = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '?');
  const labels = fc.dictionary(name, name, { maxKeys: 3 });
  fc.assert(
    fc.property(name, labels, fc.constantFrom('a', 'b', 'ab'), labels, (namespace, wanted, at, has) => {
      const pod = { namespace: at, labels: has };
      const taken = selects({ namespace, labels: wanted }, pod);
      expect(misfits({ namespace, labels: wanted }, pod).length === 0).toBe(taken);
      if (taken) expect(selects({ namespace, labels: {} }, pod)).toBe(true);
    }),
  );
});
