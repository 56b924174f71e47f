import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AwsApis, startAwsApis } from './aws-apis.ts';
import { CALLS, type Keys, personKeys, WORLD } from './fake-account.ts';
import type { ApiName } from './plants.ts';

let apis: AwsApis;
let keys: Keys;

beforeEach(async () => {
  apis = await startAwsApis({ world: WORLD, port: 0, adminPort: 0 });
  keys = await personKeys(apis.port);
});
afterEach(async () => {
  await apis[Symbol.asyncDispose]();
});

type Codes = Record<'wrong secret' | 'unknown key' | 'expired session' | 'wrong region', string>;
const QUERY: Codes = {
  'wrong secret': 'SignatureDoesNotMatch',
  'unknown key': 'InvalidClientTokenId',
  'expired session': 'ExpiredToken',
  'wrong region': 'SignatureDoesNotMatch',
};
const JSON_CODES: Codes = {
  'wrong secret': 'InvalidSignatureException',
  'unknown key': 'UnrecognizedClientException',
  'expired session': 'ExpiredTokenException',
  'wrong region': 'InvalidSignatureException',
};
const EC2: Codes = {
  'wrong secret': 'AuthFailure',
  'unknown key': 'AuthFailure',
  'expired session': 'RequestExpired',
  'wrong region': 'AuthFailure',
};
const CODES: [ApiName, Codes, number][] = [
  ['sts', QUERY, 403],
  ['iam', QUERY, 403],
  ['ec2', EC2, 401],
  ['ecr', JSON_CODES, 400],
  ['quotas', JSON_CODES, 400],
  ['pricing', JSON_CODES, 400],
  ['eks', JSON_CODES, 403],
  ['opensearch', JSON_CODES, 403],
];

describe.each(CODES)('%s refuses', (api, codes, status) => {
  test('a wrong secret', async () => {
    await expect(CALLS[api](apis.port, { ...keys, secretAccessKey: 'another' })).rejects.toMatchObject({
      name: codes['wrong secret'],
      $metadata: { httpStatusCode: status },
    });
  });

  test('a key that nobody has, and one with the token of another', async () => {
    const refused = { name: codes['unknown key'], $metadata: { httpStatusCode: status } };
    const unknown = { ...keys, accessKeyId: 'ASIAUNKNOWNUNKNOWNUN' };
    await expect(CALLS[api](apis.port, unknown)).rejects.toMatchObject(refused);
    await expect(CALLS[api](apis.port, { ...keys, sessionToken: 'another' })).rejects.toMatchObject(refused);
  });

  test('a session that is over', async () => {
    await using brief = await startAwsApis({ world: { ...WORLD, sessionSeconds: 0 }, port: 0, adminPort: 0 });
    const over = await personKeys(brief.port);
    await expect(CALLS[api](brief.port, over)).rejects.toMatchObject({ name: codes['expired session'] });
  });

  test('a signature for another region', async () => {
    await expect(CALLS[api](apis.port, keys, 'eu-west-1')).rejects.toMatchObject({
      name: codes['wrong region'],
      message: expect.stringMatching('Credential should be scoped to a valid region'),
    });
  });
});

test('the APIs that are in every region take signatures for us-east-1 and the account’s; the Price List those of its three endpoints', async () => {
  for (const region of ['us-east-1', WORLD.region])
    for (const api of ['sts', 'iam'] as const) await CALLS[api](apis.port, keys, region);
  for (const region of ['us-east-1', 'eu-central-1', 'ap-south-1']) await CALLS.pricing(apis.port, keys, region);
  await expect(CALLS.pricing(apis.port, keys, WORLD.region)).rejects.toThrow('valid region');
  await expect(CALLS.eks(apis.port, keys, 'us-east-1')).rejects.toThrow('valid region');
});

test.each([
  ['/clusters/production', {}, 'Missing Authentication Token'],
  ['/?Action=GetCallerIdentity&Version=2011-06-15', {}, '<Code>MissingAuthenticationToken</Code>'],
  ['/?Action=DescribeSubnets&Version=2016-11-15', {}, '<Errors><Error><Code>MissingAuthenticationToken</Code>'],
  ['/', { 'x-amz-target': 'AWSPriceListService.GetProducts' }, '"__type":"MissingAuthenticationTokenException"'],
])('nobody is let in without a signature: %s', async (path, headers, words) => {
  const answer = await fetch(`http://127.0.0.1:${apis.port}${path}`, { headers: headers as Record<string, string> });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await answer.text()).toContain(words);
});

test('a signature made for another service is refused', async () => {
  const { EKSClient, ListClustersCommand } = await import('@aws-sdk/client-eks');
  const eks = new EKSClient({
    endpoint: `http://127.0.0.1:${apis.port}`,
    region: WORLD.region,
    credentials: keys,
    maxAttempts: 1,
  });
  eks.middlewareStack.add(
    (next) => (args) => {
      (args.request as { path: string }).path = '/2021-01-01/opensearch/domain/logs';
      return next(args);
    },
    { step: 'build' },
  );
  await expect(eks.send(new ListClustersCommand({}))).rejects.toThrow(
    "Credential should be scoped to correct service: 'es'.",
  );
});
