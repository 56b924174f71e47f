import { expect, test } from 'vitest';
import { UsageError } from '../../core/trouble.ts';
import { kubeconfigWith } from './fake-kubeconfig.ts';
import { findContext } from './kube-context.ts';

const ARN = 'arn:aws:eks:ap-northeast-2:123456789012:cluster/logging';
const WANTED = { cluster: 'logging', region: 'ap-northeast-2' };
const TOKEN = ['--region', 'ap-northeast-2', 'eks', 'get-token', '--cluster-name', 'logging', '--output', 'json'];

test.each<[string, Parameters<typeof kubeconfigWith>, string]>([
  ['the ARN as its name', [{ name: 'kind' }, { name: ARN }], ARN],
  ['an alias, by its cluster', [{ name: 'kind' }, { name: 'prod', cluster: ARN }], 'prod'],
  ['a name of its own, by how it gets a token', [{ name: 'kind' }, { name: 'prod', args: TOKEN }], 'prod'],
  ['aws-iam-authenticator', [{ name: 'prod', args: ['token', '-i', 'logging'] }], 'prod'],
  ["eksctl's name", [{ name: 'kim@logging', cluster: 'logging.ap-northeast-2.eksctl.io' }], 'kim@logging'],
  ['the better of two', [{ name: 'prod', args: TOKEN }, { name: ARN }], ARN],
])('%s', (_, contexts, expected) => expect(findContext(WANTED, kubeconfigWith(...contexts))).toBe(expected));

test('the one that is named is taken, whatever it leads to', () => {
  const config = kubeconfigWith({ name: 'k3s' }, { name: ARN });
  expect(findContext({ ...WANTED, context: 'k3s' }, config)).toBe('k3s');
  expect(() => findContext({ ...WANTED, context: 'k3d' }, config)).toThrow(
    /no context k3d, only k3s, arn:.*; correct context/,
  );
});

test.each([
  ['none at all', []],
  ['another cluster', [{ name: ARN.replace('logging', 'logging2') }]],
  ['another region', [{ name: ARN.replace('ap-northeast-2', 'us-east-1') }]],
  [
    'a token for another region',
    [{ name: 'prod', args: TOKEN.map((one) => one.replace('ap-northeast-2', 'us-east-1')) }],
  ],
  ['a name that only looks like it', [{ name: 'logging' }]],
])('%s: aws eks update-kubeconfig', (_, contexts) => {
  const find = () => findContext(WANTED, kubeconfigWith(...contexts));
  expect(find).toThrow(UsageError);
  expect(find).toThrow(/; aws eks update-kubeconfig --name logging --region ap-northeast-2$/);
});

test('several that fit equally well are listed', () => {
  const config = kubeconfigWith({ name: ARN }, { name: ARN.replace('123456789012', '210987654321') }, { name: 'kind' });
  const find = () => findContext(WANTED, config);
  expect(find).toThrow(
    /several contexts .*123456789012:cluster\/logging, .*210987654321:cluster\/logging; say which .*EFK_AWS_CONTEXT/,
  );
  expect(find).not.toThrow(/kind/);
});
