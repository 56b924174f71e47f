import { ApiException } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { CheckResult } from '../../../core/check-result.ts';
import { EnvironmentError } from '../../../core/trouble.ts';
import { bad, type Check, defineCheck, ok, warn } from './check.ts';
import { checksFor } from './checks.ts';
import { fakeContext, fakeDomain } from './fake-context.ts';
import { preflight } from './preflight.ts';

const run = (checks: Check[], tell?: (result: CheckResult) => void) =>
  preflight(fakeContext(), tell, { checks, patienceMs: 200 });
const fine = (name: string, after: string[] = []) => defineCheck(name, after, async () => ok('fine'));

test('where everything is as it should be, every check is ok', async () => {
  let document = '';
  await using engine = await fakeDomain((asked, body) => {
    if (asked === 'GET /') return { status: 200, body: { version: { number: '2.19.5' } } };
    if (asked.startsWith('POST /_bulk')) {
      document = body.split('\n')[1]!;
      return { status: 200, body: { errors: false, items: [{ create: { status: 201 } }] } };
    }
    if (asked.includes('_search')) return { status: 200, body: { hits: { hits: document ? [{ _id: '1' }] : [] } } };
    return { status: 200, body: { acknowledged: true } };
  });
  const told: string[] = [];
  const results = await preflight(fakeContext({ domain: engine.domain }), ({ check }) => told.push(check));
  expect(results.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(results.map(({ check }) => check)).toEqual(checksFor({ pods: { role: '' } }).map(({ name }) => name));
  expect(told.toSorted()).toEqual(results.map(({ check }) => check).toSorted());
});

test('with keys in a Secret it is looked at in place of the role', () => {
  const names = (pods: Parameters<typeof checksFor>[0]['pods']) => checksFor({ pods }).map(({ name }) => name);
  expect(names({ role: 'arn' })).toContain("pods' role");
  expect(names({ secret: 'a/b' })).toEqual(
    names({ role: 'arn' }).map((name) => (name === "pods' role" ? "pods' Secret" : name)),
  );
});

test('what comes after a bad one is not looked at, nor what comes after that; all else is', async () => {
  let looked = 0;
  const never = (name: string, after: string[]) =>
    defineCheck(name, after, async () => {
      looked++;
      return ok('');
    });
  const results = await run([
    defineCheck('a', [], async () => bad('broken', 'mend it')),
    never('b', ['a']),
    never('c', ['b']),
    defineCheck('d', [], async () => warn('so so', 'could be better')),
    fine('e', ['d']),
  ]);
  expect(results.map(({ state }) => state)).toEqual(['bad', 'warn', 'warn', 'warn', 'ok']);
  expect(results[1]).toEqual({ check: 'b', state: 'warn', saw: 'not looked at: a comes first', fix: 'mend a' });
  expect(results[2]!.saw).toBe('not looked at: b comes first');
  expect(looked).toBe(0);
});

test('checks that do not need each other are looked at side by side, and told as they come in', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const told: string[] = [];
  const waits = defineCheck('a', [], async () => {
    await promise;
    return ok('');
  });
  const frees = defineCheck('b', [], async () => {
    resolve();
    return ok('');
  });
  const results = await run([waits, frees, fine('c', ['a'])], ({ check }) => told.push(check));
  expect(results.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  expect(told.at(-1)).toBe('c');
});

test.each<[string, unknown, RegExp, RegExp]>([
  [
    "AWS's refusal",
    Object.assign(new Error('User: x is not authorized to perform: eks:DescribeCluster'), {
      name: 'AccessDeniedException',
    }),
    /eks:DescribeCluster/,
    /allow eks:DescribeCluster .*docs\/aws\.md/,
  ],
  ['an error of ours', new EnvironmentError('seen this; do that'), /^seen this$/, /^do that$/],
  [
    "the API server's refusal",
    new ApiException(403, 'Forbidden', '{"message":"endpointslices is forbidden"}', { authorization: 'Bearer x' }),
    /^the API server answers 403: endpointslices is forbidden$/,
    /may do/,
  ],
  ['anything else', new TypeError('x is not a function'), /x is not a function/, /./],
])('%s is a bad line with a fix', async (_, error, saw, fix) => {
  const [result] = await run([defineCheck('a', [], () => Promise.reject(error))]);
  expect(result).toMatchObject({ state: 'bad', saw: expect.stringMatching(saw), fix: expect.stringMatching(fix) });
});

test('a check that does not come back is a bad line', async () => {
  const [result] = await run([defineCheck('a', [], () => new Promise(() => {}))]);
  expect(result).toMatchObject({ state: 'bad', saw: 'no answer within 0.2s' });
});

test('a check after one that is not there is a mistake of ours', async () => {
  await expect(run([fine('a', ['b'])])).rejects.toThrow('check a: there is no check b before it');
});
